package dev.rollcall.etcd;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where user code runs: on the executor that the user gave, or on a small pool of ours.
 *
 * <p>What the user's executor refuses runs on the pool, so no listener misses anything and no stage stays open. After the client's end it
 * runs on the calling thread. An exception of user code is logged (the
 * first, second, fourth, eighth and so on) and stops nothing.
 */
final class Callbacks implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final int MOST_THREADS = 64;

    private final ThreadLocal<Boolean> inside = new ThreadLocal<>();
    private final AtomicLong thrown = new AtomicLong();
    private final AtomicBoolean refused = new AtomicBoolean();
    private final Executor executor;
    private final ThreadPoolExecutor own;

    private Callbacks(Executor executor, ThreadPoolExecutor own) {
        this.executor = executor;
        this.own = own;
    }

    /** Runs user code on the user's executor, which is never closed here. */
    static Callbacks on(Executor executor) {
        return new Callbacks(executor, pool());
    }

    /**
     * Runs user code on threads of ours, which come and go as needed: one for each task that runs, up to 64, so that listeners which hang do not
     * hold up the others.
     */
    static Callbacks onOwnThreads() {
        ThreadPoolExecutor pool = pool();
        return new Callbacks(pool, pool);
    }

    /** Its queue is bounded by what is open: one task for each listener, and one for each call whose stage is not complete. */
    private static ThreadPoolExecutor pool() {
        AtomicInteger count = new AtomicInteger();
        IdleFirst queue = new IdleFirst();
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, "rollcall-etcd-callback-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(0, MOST_THREADS, 10, TimeUnit.SECONDS, queue, threads, queue);
    }

    @Override
    public void execute(Runnable task) {
        Runnable guarded = () -> run(task);
        if (!handOver(guarded)) {
            guarded.run();
        }
    }

    /** A new queue whose tasks run one at a time, in the order given. */
    Executor serial() {
        return new Serial();
    }

    /** Whether a thread for the task was found; not after the client's end. */
    private boolean handOver(Runnable task) {
        return offered(executor, task) || (executor != own && offered(own, task));
    }

    private boolean offered(Executor to, Runnable task) {
        try {
            to.execute(task);
            return true;
        } catch (RuntimeException e) {
            if (to != own && refused.compareAndSet(false, true)) {
                log.warn("the callback executor refused a task; what it refuses runs on threads of the client", e);
            }
            return false;
        }
    }

    private void run(Runnable task) {
        inside.set(true);
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            long times = thrown.incrementAndGet();
            if (Long.bitCount(times) == 1) {
                log.warn("a listener or a continuation threw, for the {}. time; it is left at that", times, e);
            }
        } finally {
            inside.remove();
        }
    }

    /** Takes no new tasks on our own threads, which end after what is queued. Does not wait. */
    void end() {
        own.shutdown();
    }

    /** Ends our own threads after what is queued, and waits for that at most so long; not at all if it is user code that closes the client. */
    void close(long patienceNanos) throws InterruptedException {
        end();
        if (inside.get() == null && !own.awaitTermination(patienceNanos, TimeUnit.NANOSECONDS)) {
            own.shutdownNow();
        }
    }

    /**
     * One task of a queue at a time is with the executor, so a pool's own queue holds at most one for each listener. What waits here is
     * bounded by who offers it: a watch is parked when it is behind, a lease changes its state a few times in a lease time.
     */
    private final class Serial implements Executor {

        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private boolean busy;

        @Override
        public void execute(Runnable task) {
            synchronized (waiting) {
                waiting.add(task);
                if (busy) {
                    return;
                }
                busy = true;
            }
            if (!handOver(this::runNext)) {
                runNext();
            }
        }

        private void runNext() {
            do {
                Runnable task;
                synchronized (waiting) {
                    task = waiting.remove();
                }
                run(task);
                synchronized (waiting) {
                    if (waiting.isEmpty()) {
                        busy = false;
                        return;
                    }
                }
            } while (!handOver(this::runNext));
        }
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
            if (pool.isShutdown()) {
                throw new RejectedExecutionException("the client is closed");
            }
            put(task);
        }
    }
}
