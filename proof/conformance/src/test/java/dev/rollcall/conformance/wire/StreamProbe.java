package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's end of a bidirectional stream: sends, and waits for what comes. */
final class StreamProbe<Q, A> implements ClientResponseObserver<Q, A>, AutoCloseable {

    private final BlockingQueue<A> answers = new LinkedBlockingQueue<>(100_000);
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<Q> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requestStream) {
        requests = requestStream;
    }

    @Override
    public void onNext(A answer) {
        assertThat(answers.offer(answer)).isTrue();
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    void send(Q request) {
        stream().onNext(request);
    }

    void halfClose() {
        stream().onCompleted();
    }

    /** The next answer; fails after ten seconds. */
    A next() {
        A answer = poll(10_000);
        assertThat(answer).as("an answer within 10 s (stream: %s)", end).isNotNull();
        return java.util.Objects.requireNonNull(answer);
    }

    /** The next answer if one comes within the given time. */
    @Nullable A poll(long millis) {
        try {
            return answers.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Status end() {
        return end.orTimeout(10, TimeUnit.SECONDS).join();
    }

    boolean isOpen() {
        return !end.isDone();
    }

    private ClientCallStreamObserver<Q> stream() {
        return java.util.Objects.requireNonNull(requests, "the stream was not started");
    }

    void cancel() {
        if (requests != null) {
            requests.cancel("the test is done", null);
        }
    }

    @Override
    public void close() {
        cancel();
    }
}
