package dev.rollcall.etcd;

import io.grpc.Deadline;
import java.util.concurrent.Executor;

/**
 * The one thread of a client that orders everything: what calls and streams answer, what timers wake, what users ask for.
 *
 * <p>It is also the executor of every channel, so callbacks of gRPC run here and I/O threads only enqueue. Nothing on it blocks, and no user
 * code runs on it. What is queued is bounded by the calls, streams and timers that are open. After its end, tasks are dropped.
 */
interface Loop extends Executor {

    /** A task that will run later. */
    interface Timer {
        /** Takes it back, if it did not run yet. */
        void cancel();
    }

    /** Monotonic nanoseconds of the client's clock. */
    long now();

    /** A number from 0 (included) to 1 (not included), for jitter and shuffling. */
    double random();

    /** The moment so long from now at which gRPC is to end a call. */
    Deadline deadline(long nanos);

    /** Whether the caller is on this thread. */
    boolean isCurrent();

    /** Whether tasks are dropped by now. */
    boolean isClosed();

    /** Runs a task on this thread after a delay. */
    Timer schedule(long delayNanos, Runnable task);

    /** Takes no new tasks; the thread ends after those that are due. Does not wait. */
    void end();

    /** Ends the thread after the tasks that are due, and waits for that at most so long. */
    void close(long patienceNanos) throws InterruptedException;
}
