package dev.rollcall.internal;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small pool of daemon threads of ours, with a bounded queue, joined on close.
 *
 * <p>By default it runs user code, in threads called {@code rollcall-callback-N}. Idle threads end after 10 s. A task that does not fit is refused
 * with {@link RejectedExecutionException}; lanes keep at most one task in the queue each, so that it does not happen to them.
 */
public final class CallbackPool implements Executor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CallbackPool.class);
    private static final int QUEUE = 65_536;
    private static final int MOST_THREADS = 64;
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private final String name;
    private final OwnedThreads threads;
    private final ThreadPoolExecutor pool;

    private CallbackPool(String name, OwnedThreads threads, ThreadPoolExecutor pool) {
        this.name = name;
        this.threads = threads;
        this.pool = pool;
    }

    /** The pool for user code: a thread for each task that runs, up to 64 of them, so that listeners which hang do not hold up the others. */
    public static CallbackPool start() {
        String name = "rollcall-callback";
        OwnedThreads threads = new OwnedThreads(name, true);
        IdleFirst queue = new IdleFirst();
        return new CallbackPool(
                name, threads, new ThreadPoolExecutor(0, MOST_THREADS, 10, TimeUnit.SECONDS, queue, threads, queue));
    }

    /**
     * A pool with threads called {@code name-1} to {@code name-N}.
     *
     * @param name begins with {@code rollcall-}
     */
    public static CallbackPool start(String name, int threads) {
        OwnedThreads made = new OwnedThreads(name, true);
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), made);
        pool.allowCoreThreadTimeOut(true);
        return new CallbackPool(name, made, pool);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** Closes within 1.5 s, see {@link #close(Duration)}. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    /**
     * Refuses new tasks and lets the queued ones run; after two thirds of the bound interrupts what still runs and drops what waits, and waits for the
     * rest. Returns at once when a thread of this pool calls it. Idempotent.
     */
    public void close(Duration bound) {
        pool.shutdown();
        if (threads.includeCaller()) {
            return;
        }
        if (ended(bound.dividedBy(3).multipliedBy(2))) {
            return;
        }
        pool.shutdownNow();
        if (!ended(bound.dividedBy(3))) {
            log.warn("a task on {} ignores its interrupt; its daemon thread is left behind", name);
        }
    }

    private boolean ended(Duration bound) {
        return PatientWait.within(bound, nanos -> pool.awaitTermination(nanos, TimeUnit.NANOSECONDS));
    }

    /** A queue that gives a task to an idle thread or lets a new one be made; tasks wait in it only while there may be no more threads. */
    private static final class IdleFirst extends LinkedTransferQueue<Runnable> implements RejectedExecutionHandler {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
            if (pool.isShutdown() || size() >= QUEUE) {
                throw new RejectedExecutionException("closed, or " + QUEUE + " tasks wait already");
            }
            put(task);
        }
    }
}
