package dev.rollcall.etcd;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where user code runs: on the executor that the user gave, or on a small pool of ours.
 *
 * <p>An exception of user code is logged and stops nothing.
 */
final class Callbacks implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final int THREADS = 4;

    private final ThreadLocal<Boolean> inside = new ThreadLocal<>();
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    private Callbacks(Executor executor, @Nullable ThreadPoolExecutor own) {
        this.executor = executor;
        this.own = own;
    }

    /** Runs user code on the user's executor, which is never closed here. */
    static Callbacks on(Executor executor) {
        return new Callbacks(executor, null);
    }

    /** Runs user code on up to 4 threads of ours, which come and go as needed. */
    static Callbacks onOwnThreads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "rollcall-etcd-callback-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return new Callbacks(pool, pool);
    }

    @Override
    public void execute(Runnable task) {
        offer(task);
    }

    /** Whether the executor took the task. */
    boolean offer(Runnable task) {
        try {
            executor.execute(() -> run(task));
            return true;
        } catch (RejectedExecutionException e) {
            if (own == null) {
                log.warn("the callback executor refused a task; a listener is told late, or never", e);
            }
            return false;
        }
    }

    /** A new queue whose tasks run one at a time, in the order given. */
    Executor serial() {
        return new Serial();
    }

    private void run(Runnable task) {
        inside.set(true);
        try {
            guard(task);
        } finally {
            inside.remove();
        }
    }

    private static void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.warn("a listener or a continuation threw; it is left at that", e);
        }
    }

    /** Ends our own threads after what is queued, and waits for that at most so long; not at all if it is user code that closes the client. */
    void close(long patienceNanos) throws InterruptedException {
        if (own != null) {
            own.shutdown();
            if (inside.get() == null && !own.awaitTermination(patienceNanos, TimeUnit.NANOSECONDS)) {
                own.shutdownNow();
            }
        }
    }

    /** One run of a queue at a time is with the executor, so a pool's own queue holds at most one for each listener. */
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
            if (!offer(this::runNext)) {
                synchronized (waiting) {
                    busy = false;
                }
            }
        }

        /** Runs one task, then goes to the back of the executor's queue; where that is closed by now, runs the rest at once. */
        private void runNext() {
            boolean rest;
            do {
                Runnable task;
                synchronized (waiting) {
                    task = waiting.remove();
                }
                guard(task);
                synchronized (waiting) {
                    rest = !waiting.isEmpty();
                    busy = rest;
                }
            } while (rest && !offer(this::runNext));
        }
    }
}
