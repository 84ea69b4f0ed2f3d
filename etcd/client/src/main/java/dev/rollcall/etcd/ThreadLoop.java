package dev.rollcall.etcd;

import io.grpc.Deadline;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own. */
final class ThreadLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);
    private static final AtomicInteger count = new AtomicInteger();

    private final LongSupplier clock;
    private final ScheduledThreadPoolExecutor executor;
    private final Thread thread;

    ThreadLoop(LongSupplier clock) {
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

    @Override
    public long now() {
        return clock.getAsLong();
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public Deadline deadline(long nanos) {
        return Deadline.after(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public boolean isClosed() {
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

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
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

    @Override
    public void end() {
        executor.shutdown();
    }

    @Override
    public void close(long patienceNanos) throws InterruptedException {
        end();
        if (!isCurrent() && !executor.awaitTermination(patienceNanos, TimeUnit.NANOSECONDS)) {
            executor.shutdownNow();
        }
    }
}
