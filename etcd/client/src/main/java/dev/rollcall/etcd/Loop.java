package dev.rollcall.etcd;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a client that orders everything: what calls and streams answer, what timers wake, what users ask for.
 *
 * <p>It is also the executor of every channel, so callbacks of gRPC run here and I/O threads only enqueue. Nothing on it blocks, and no user
 * code runs on it. What is queued is bounded by the calls, streams and timers that are open. After its end, tasks are dropped.
 */
final class Loop implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final AtomicInteger count = new AtomicInteger();

    /** A task that will run later. */
    interface Timer {
        /** Takes it back, if it did not run yet. */
        void cancel();
    }

    private final LongSupplier clock;
    private final ScheduledThreadPoolExecutor executor;
    private final Thread thread;

    Loop(LongSupplier clock) {
        this.clock = clock;
        int number = count.incrementAndGet();
        // The thread is made once, at once: prestartCoreThread below hands it out, and a task cannot end it since run()
        // catches all.
        Thread[] made = new Thread[1];
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread next = new Thread(task, "rollcall-etcd-client-" + number);
            next.setDaemon(true);
            made[0] = next;
            return next;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.prestartCoreThread();
        thread = made[0];
    }

    /** Monotonic nanoseconds of the client's clock. */
    long now() {
        return clock.getAsLong();
    }

    /** A number from 0 (included) to 1 (not included), for jitter and shuffling. */
    double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /** Whether the caller is on this thread. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Whether tasks are dropped by now. */
    boolean isClosed() {
        return executor.isShutdown();
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.trace("dropped a task: the client is closed");
        }
    }

    /** Runs a task on this thread after a delay. */
    Timer schedule(long delayNanos, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(guarded(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("a step of the etcd client failed; this is a bug, please report it", e);
            }
        };
    }

    /** Takes no new tasks; the thread ends after those that are due. Does not wait. */
    void end() {
        executor.shutdown();
    }

    /** Ends the thread after the tasks that are due, and waits for that at most so long. */
    void close(long patienceNanos) throws InterruptedException {
        end();
        if (!isCurrent() && !executor.awaitTermination(patienceNanos, TimeUnit.NANOSECONDS)) {
            executor.shutdownNow();
        }
    }
}
