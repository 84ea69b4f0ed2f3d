package dev.rollcall.internal;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A timer on one daemon thread. */
final class ThreadTimer implements Timer {

    private static final Logger log = LoggerFactory.getLogger(ThreadTimer.class);
    private static final int BOUND = 262_144;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Handle NOTHING = () -> {};

    private final OwnedThreads threads;
    private final ScheduledThreadPoolExecutor executor;

    ThreadTimer(String name) {
        this.threads = new OwnedThreads(name, false);
        this.executor = new ScheduledThreadPoolExecutor(1, threads);
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Handle schedule(long delayNanos, Runnable task) {
        if (executor.getQueue().size() >= BOUND) {
            throw new RejectedExecutionException(
                    BOUND + " tasks wait in the timer; something schedules without cancelling");
        }
        try {
            ScheduledFuture<?> future = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return NOTHING;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.warn("a timer task failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        if (threads.includeCaller()) {
            return;
        }
        if (!PatientWait.within(PATIENCE, nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS))) {
            log.warn("a timer task does not end; its daemon thread is left behind");
        }
    }
}
