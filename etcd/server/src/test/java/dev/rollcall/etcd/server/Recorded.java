package dev.rollcall.etcd.server;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The client's side of a stream: what it received waits in a queue, how it ended in a future. */
public final class Recorded<Q, A> implements ClientResponseObserver<Q, A> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LinkedBlockingQueue<A> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private volatile @Nullable ClientCallStreamObserver<Q> requests;

    private Recorded() {}

    public static <Q, A> Recorded<Q, A> open(Function<StreamObserver<A>, StreamObserver<Q>> method) {
        Recorded<Q, A> recorded = new Recorded<>();
        StreamObserver<Q> unused = method.apply(recorded);
        return recorded;
    }

    public Recorded<Q, A> send(Q request) {
        requests().onNext(request);
        return this;
    }

    public void halfClose() {
        requests().onCompleted();
    }

    public void cancel() {
        requests().cancel("test is over", null);
    }

    /** The next message; an assertion error when none comes in time. */
    public A next() {
        A message = poll(PATIENCE);
        if (message == null) {
            throw new AssertionError("No message came, stream: " + ended);
        }
        return message;
    }

    public @Nullable A poll(Duration patience) {
        try {
            return received.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The status the stream ended with. */
    public Status status() {
        return ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public boolean isOpen() {
        return !ended.isDone();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        requests = stream;
    }

    @Override
    public void onNext(A message) {
        received.add(message);
    }

    @Override
    public void onError(Throwable cause) {
        ended.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }

    private ClientCallStreamObserver<Q> requests() {
        ClientCallStreamObserver<Q> open = requests;
        if (open == null) {
            throw new IllegalStateException("The stream is not open yet");
        }
        return open;
    }
}
