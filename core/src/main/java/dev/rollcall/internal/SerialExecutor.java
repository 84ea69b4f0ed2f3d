package dev.rollcall.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in the order in which they came, on the threads of another executor.
 *
 * <p>Each task sees what the one before it wrote. The queue is bounded: a task that does not fit is refused, never waited for, so that an I/O thread may
 * enqueue. No lock is held while a task runs. An exception of a task is logged and harms no other.
 */
public final class SerialExecutor implements Executor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

    /** Tasks run in one go before the thread is given back. */
    private static final int TURN = 64;

    private final Executor threads;
    private final int capacity;
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean scheduled;
    private boolean closed;
    private @Nullable Thread runner;

    /**
     * A serial executor that borrows threads.
     *
     * @param threads where tasks run
     * @param capacity how many tasks may wait, at least 1
     */
    public SerialExecutor(Executor threads, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a serial executor needs a capacity of at least 1, not " + capacity);
        }
        this.threads = threads;
        this.capacity = capacity;
    }

    /**
     * Runs the task after all that came before.
     *
     * @throws RejectedExecutionException when it is closed, full, or the other executor refuses
     */
    @Override
    public void execute(Runnable task) {
        if (!offer(task)) {
            throw new RejectedExecutionException("closed, or " + capacity + " tasks wait already");
        }
    }

    /** As {@link #execute}, but says false where the task was refused. */
    public boolean offer(Runnable task) {
        synchronized (lock) {
            if (closed || queue.size() >= capacity) {
                return false;
            }
            queue.add(task);
            if (scheduled) {
                return true;
            }
            scheduled = true;
        }
        return schedule(task);
    }

    /** Whether the calling thread runs a task of this executor right now. */
    public boolean isRunning() {
        synchronized (lock) {
            return runner == Thread.currentThread();
        }
    }

    private boolean schedule(@Nullable Runnable task) {
        try {
            threads.execute(this::turn);
            return true;
        } catch (RejectedExecutionException refused) {
            synchronized (lock) {
                scheduled = false;
                if (task != null) {
                    queue.remove(task);
                }
                lock.notifyAll();
            }
            return false;
        }
    }

    private void turn() {
        for (int i = 0; i < TURN; i++) {
            Runnable task = take();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.warn("a task failed", e);
            }
        }
        synchronized (lock) {
            runner = null;
        }
        if (!schedule(null)) {
            log.warn("no thread for {} waiting tasks: the executor under them is closed", waiting());
        }
    }

    private @Nullable Runnable take() {
        synchronized (lock) {
            Runnable task = queue.poll();
            runner = task == null ? null : Thread.currentThread();
            if (task == null) {
                scheduled = false;
                lock.notifyAll();
            }
            return task;
        }
    }

    private int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }

    /**
     * Refuses new tasks and drops the waiting ones; the running one ends by itself. Does not wait. Idempotent.
     *
     * @see #awaitIdle
     */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            queue.clear();
        }
    }

    /** Waits until nothing runs or waits. At once true when a task of this executor asks. */
    public boolean awaitIdle(Duration bound) throws InterruptedException {
        long remaining = bound.toNanos();
        long deadline = TimeSource.system().nanos() + remaining;
        synchronized (lock) {
            while (scheduled && runner != Thread.currentThread()) {
                if (remaining <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, remaining);
                remaining = deadline - TimeSource.system().nanos();
            }
            return true;
        }
    }
}
