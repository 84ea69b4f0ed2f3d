package dev.rollcall.etcd;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Hands a call's future to the user: as a stage that completes where user code runs, or by waiting for it. */
final class Blocking {

    /** How much longer than the call itself a waiting thread waits, in case the loop is stuck. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Session session;

    Blocking(Session session) {
        this.session = session;
    }

    /** A stage that completes on the callback executor, so that what the user hangs on it does not run on the loop. */
    <T> CompletionStage<T> stage(CompletionStage<T> future) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        future.whenComplete((value, failure) -> session.callbacks().execute(() -> complete(stage, value, failure)));
        return stage;
    }

    private static <T> void complete(CompletableFuture<T> stage, T value, @Nullable Throwable failure) {
        if (failure == null) {
            stage.complete(value);
        } else {
            Throwable cause = failure.getCause();
            stage.completeExceptionally(failure instanceof CompletionException && cause != null ? cause : failure);
        }
    }

    /** Waits for one call that changes nothing, or may be made twice. */
    <T> T await(CompletableFuture<T> future) {
        return await(future, session.calls().timeoutNanos());
    }

    /** Waits for one call that changes something: without an answer, its outcome is unknown. */
    <T> T awaitChange(CompletableFuture<T> future) {
        return await(future, session.calls().timeoutNanos(), true);
    }

    /** Waits for something that takes at most so long, and changes nothing. */
    <T> T await(CompletableFuture<T> future, long limitNanos) {
        return await(future, limitNanos, false);
    }

    private <T> T await(CompletableFuture<T> future, long limitNanos, boolean change) {
        if (session.loop().isCurrent()) {
            throw new IllegalStateException(
                    "a blocking call on the client's own thread would wait for itself; give the builder a callbackExecutor with threads of its own");
        }
        try {
            return future.get(limitNanos + GRACE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EtcdException(
                    EtcdError.INTERRUPTED,
                    "interrupted while waiting for the store; what was asked for may yet be done",
                    e);
        } catch (TimeoutException e) {
            throw session.isClosed()
                    ? Errors.closed()
                    : Errors.late("a call that the client's own thread did not get to", change);
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    /** The failure with the stack of the waiting thread, so that one sees who called. */
    private static RuntimeException thrown(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof EtcdException e) {
            return new EtcdException(e.code(), String.valueOf(e.getMessage()), e.getCause());
        }
        return new EtcdException(EtcdError.INTERNAL, "the call failed: " + cause, cause);
    }
}
