package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers unary calls, with a status clients know: reads on a pool, all else on the loop. Nothing is carried out on the calling I/O thread. */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final Loop loop;
    private final Executor readers;

    Calls(Loop loop, Executor readers) {
        this.loop = loop;
        this.readers = readers;
    }

    /** Answers beside the loop. */
    <A> void read(StreamObserver<A> observer, Supplier<A> answer) {
        prepare(observer);
        readers.execute(() -> finish(observer, answer));
    }

    /** Answers from the loop. */
    <A> void onLoop(StreamObserver<A> observer, Supplier<A> answer) {
        prepare(observer);
        if (!loop.offer(() -> finish(observer, answer))) {
            fail(observer, new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    /** Makes a command on this thread, which may refuse it, applies it on the loop, and answers with its outcome. */
    <A> void apply(StreamObserver<A> observer, Supplier<Command> request, Function<Outcome, A> answer) {
        prepare(observer);
        apply(observer, request, answering(observer, answer));
    }

    private void apply(StreamObserver<?> observer, Supplier<Command> request, Answer answer) {
        make(observer, request, command -> {
            if (!loop.offer(command, answer)) {
                fail(observer, new Refusal(Reason.TOO_MANY_REQUESTS));
            }
        });
    }

    /** Goes on with a command, or fails the call where it is refused before it is one. */
    private static void make(StreamObserver<?> observer, Supplier<Command> request, Consumer<Command> next) {
        Command command;
        try {
            command = request.get();
        } catch (RuntimeException e) {
            fail(observer, e);
            return;
        }
        next.accept(command);
    }

    /** Makes a command on threads for what takes long, applies it on the loop, and answers with its outcome. */
    <A> void applyMadeOn(
            Executor threads, StreamObserver<A> observer, Supplier<Command> request, Function<Outcome, A> answer) {
        prepare(observer);
        try {
            threads.execute(() -> apply(observer, request, answering(observer, answer)));
        } catch (RejectedExecutionException e) {
            fail(observer, new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    /** Makes a command on the loop, which may refuse it, applies it, and answers with its outcome. */
    <A> void applyMadeOnLoop(StreamObserver<A> observer, Supplier<Command> request, Function<Outcome, A> answer) {
        prepare(observer);
        Answer answering = answering(observer, answer);
        if (!loop.offer(() -> make(observer, request, command -> loop.submit(command, answering)))) {
            fail(observer, new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    private static <A> Answer answering(StreamObserver<A> observer, Function<Outcome, A> answer) {
        return new Answer() {
            @Override
            public void done(Outcome outcome) {
                finish(observer, () -> answer.apply(outcome));
            }

            @Override
            public void failed(RuntimeException why) {
                fail(observer, why);
            }
        };
    }

    /** With a handler set, gRPC drops answers to a client that has gone, instead of throwing. */
    private static <A> void prepare(StreamObserver<A> observer) {
        ((ServerCallStreamObserver<A>) observer).setOnCancelHandler(() -> {});
    }

    private static <A> void finish(StreamObserver<A> observer, Supplier<A> answer) {
        A message;
        try {
            message = answer.get();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(observer, e);
            return;
        }
        observer.onNext(message);
        observer.onCompleted();
    }

    private static void fail(StreamObserver<?> observer, Throwable failure) {
        observer.onError(status(failure).asRuntimeException());
    }

    static Status status(Throwable failure) {
        if (failure instanceof Refusal refusal) {
            Reason reason = refusal.reason();
            return Status.fromCode(Status.Code.valueOf(reason.code().name())).withDescription(reason.text());
        }
        LOG.error("A request failed inside the server", failure);
        return Status.INTERNAL.withDescription("etcdserver: internal error, the server's log has more");
    }
}
