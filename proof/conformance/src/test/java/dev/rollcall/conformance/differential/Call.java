package dev.rollcall.conformance.differential;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call that is under way: what was answered so far, and how it ended. */
final class Call extends ClientCall.Listener<Message> {

    private static final int MOST_ANSWERS = 100_000;

    private final ClientCall<Message, Message> call;
    private final BlockingQueue<Said> answers = new LinkedBlockingQueue<>(MOST_ANSWERS);
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    /** What a store said: an answer, or that this was all. */
    record Said(@Nullable Message answer, Status end) {}

    private Call(ClientCall<Message, Message> call) {
        this.call = call;
    }

    static Call begin(Channel channel, MethodDescriptor<Message, Message> method, Metadata headers) {
        Call call = new Call(channel.newCall(method, CallOptions.DEFAULT));
        call.call.start(call, headers);
        call.call.request(MOST_ANSWERS);
        return call;
    }

    @Override
    public void onMessage(Message answer) {
        answers.add(new Said(answer, Status.OK));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        answers.add(new Said(null, status));
        end.complete(status);
    }

    void send(Message request) {
        call.sendMessage(request);
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the case is over", null);
    }

    /** What is said next, or null if nothing is said in time. */
    @Nullable Said next(long millis) throws InterruptedException {
        return answers.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** The next of the answers that have come. */
    @Nullable Message answer() {
        Said said = answers.poll();
        return said == null ? null : said.answer();
    }

    /** How it ended, or null if it does not in time. */
    @Nullable Status end(long millis) throws InterruptedException {
        try {
            return end.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
