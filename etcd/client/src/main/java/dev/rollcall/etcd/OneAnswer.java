package dev.rollcall.etcd;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Carries one request to a member and its one answer back, on the executor of the channel. */
final class OneAnswer<R> extends ClientCall.Listener<R> {

    /** Told how a call ended. */
    @FunctionalInterface
    interface Done<R> {
        /** The answer, or where there is none the status that says why. */
        void accept(Status status, @Nullable R answer);
    }

    private final Done<R> done;
    private @Nullable R answer;

    private OneAnswer(Done<R> done) {
        this.done = done;
    }

    static <Q, R> void ask(ClientCall<Q, R> call, Q request, Metadata headers, Done<R> done) {
        call.start(new OneAnswer<>(done), headers);
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public void onMessage(R message) {
        answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            done.accept(status, null);
        } else if (answer == null) {
            done.accept(Status.INTERNAL.withDescription("the call ended well but without an answer"), null);
        } else {
            done.accept(status, answer);
        }
    }
}
