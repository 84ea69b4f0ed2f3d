package dev.rollcall.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of events to one listener: in order, one at a time, on an executor of the user's, bounded however slow the listener is.
 *
 * <ul>
 *   <li>As long as fewer than {@code eager} events wait, every event is delivered.
 *   <li>Beyond, an event is merged with the last waiting one of its key ({@link Merge}); what is left stands at the end of the line, so that
 *       deliveries stay in the order of the last change. Middles are dropped, the last state never.
 *   <li>The line is taken as a whole and delivered as a whole, so that a key that changes all the time does not starve.
 *   <li>An exception of the listener is logged (the 1st, 2nd, 4th, 8th... of a lane), counted and told to {@link #onFailure}; the next event is
 *       delivered.
 * </ul>
 *
 * <p>Safe for use by several threads; the order is the order of {@link #offer}. No lock is held while the listener runs.
 */
public final class ListenerLane<E> implements AutoCloseable {

    /** What is left of two successive events of one key. */
    @FunctionalInterface
    public interface Merge<E> {

        /**
         * None where the two undo each other; one where the later, or a third event made of both, says all; two where the listener must see both: the
         * earlier as it is, and the later or one that stands for it. Of any long row of events a bounded number may be left, or the line is not bounded.
         * A first appearance and a change are different events, for a disappearance undoes the first but not the second. Pure: it runs under a lock.
         */
        List<E> merge(E earlier, E later);

        /** Only the later event counts. */
        static <E> Merge<E> latest() {
            return (earlier, later) -> List.of(later);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ListenerLane.class);
    private static final int EAGER = 1024;

    /** Events delivered in one go before the thread is given back: as many as one transaction of etcd may change by default. */
    private static final int TURN = 128;

    private static final Backoff RETRY = Backoff.of(Duration.ofMillis(50), Duration.ofSeconds(1));

    private final Executor executor;
    private final Consumer<? super E> listener;
    private final Merge<E> merge;
    private final int eager;
    private final AtomicLong failures = new AtomicLong();

    private final Object lock = new Object();
    private LinkedHashSet<Waiting<E>> line = new LinkedHashSet<>();
    private Map<Object, Waiting<E>> lastOfKey = new HashMap<>();
    private Iterator<Waiting<E>> batch = List.<Waiting<E>>of().iterator();
    private boolean scheduled;
    private boolean closed;
    private Backoff retry = RETRY;
    private Timer.@Nullable Handle refused;
    private volatile @Nullable Timer timer;
    private @Nullable Thread runner;
    private volatile ObjLongConsumer<Throwable> failureHook = (cause, count) -> {};

    /** A lane that delivers every event while fewer than 1024 wait. */
    public ListenerLane(Executor executor, Consumer<? super E> listener, Merge<E> merge) {
        this(executor, listener, merge, EAGER);
    }

    /** A lane that merges from the given number of waiting events on; 0 merges whatever waits. */
    public ListenerLane(Executor executor, Consumer<? super E> listener, Merge<E> merge, int eager) {
        this.executor = executor;
        this.listener = listener;
        this.merge = merge;
        this.eager = eager;
    }

    /**
     * Tells somebody of each failure, with the number of failures so far, on the thread on which it happened.
     *
     * @param hook short; does not throw
     */
    public ListenerLane<E> onFailure(ObjLongConsumer<Throwable> hook) {
        failureHook = hook;
        return this;
    }

    /**
     * Where the executor refuses, asks it again from this timer, up to 1 s apart, so that the listener hears the last state though nothing new happens.
     * Without a timer the next event does it.
     */
    public ListenerLane<E> retriedBy(Timer by) {
        timer = by;
        return this;
    }

    /** Adds an event of a key to the line. Never blocks, never throws; after {@link #close()} it does nothing. */
    public void offer(Object key, E event) {
        offer(List.of(event), only -> key);
    }

    /** Adds events to the line, as if one after the other, but wakes the executor once for all of them. */
    public void offer(List<? extends E> events, Function<? super E, ?> keyOf) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            for (E event : events) {
                enqueue(keyOf.apply(event), event);
            }
            if (scheduled || line.isEmpty()) {
                return;
            }
            scheduled = true;
        }
        schedule();
    }

    private void enqueue(Object key, E event) {
        Waiting<E> last = lastOfKey.get(key);
        if (last == null || line.size() < eager) {
            append(key, event, last);
            return;
        }
        List<E> left = merge.merge(last.event, event);
        if (left.size() == 2) {
            append(key, left.get(1), last);
            return;
        }
        line.remove(last);
        if (last.previous == null) {
            lastOfKey.remove(key);
        } else {
            lastOfKey.put(key, last.previous);
        }
        if (!left.isEmpty()) {
            append(key, left.get(0), last.previous);
        }
    }

    private void append(Object key, E event, @Nullable Waiting<E> previous) {
        Waiting<E> waiting = new Waiting<>(event, previous);
        line.add(waiting);
        lastOfKey.put(key, waiting);
    }

    private void schedule() {
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException refusal) {
            askAgain();
            failed(
                    "the executor of a listener refuses its events; they are kept, merged, for the next attempt",
                    refusal);
        }
    }

    private void askAgain() {
        Timer by = timer;
        synchronized (lock) {
            if (by == null || (closed && line.isEmpty() && !batch.hasNext())) {
                scheduled = false;
                lock.notifyAll();
                return;
            }
            refused = by.schedule(retry.boundNanos(), this::schedule);
            retry = retry.next();
        }
    }

    private void turn() {
        synchronized (lock) {
            retry = RETRY;
            refused = null;
        }
        for (int i = 0; i < TURN; i++) {
            Waiting<E> next = take();
            if (next == null) {
                return;
            }
            try {
                listener.accept(next.event);
            } catch (RuntimeException | Error e) {
                failed("a listener failed; it goes on with the next event", e);
            }
        }
        synchronized (lock) {
            runner = null;
        }
        schedule();
    }

    private @Nullable Waiting<E> take() {
        synchronized (lock) {
            if (!batch.hasNext()) {
                batch = line.iterator();
                line = new LinkedHashSet<>();
                lastOfKey = new HashMap<>();
            }
            Waiting<E> next = batch.hasNext() ? batch.next() : null;
            runner = next == null ? null : Thread.currentThread();
            if (next == null) {
                scheduled = false;
                lock.notifyAll();
            }
            return next;
        }
    }

    private void failed(String what, Throwable cause) {
        long count = failures.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            log.warn("{} (failure {} of this listener)", what, count, cause);
        }
        failureHook.accept(cause, count);
    }

    /** How often the listener threw, or its executor refused. */
    public long failures() {
        return failures.get();
    }

    /** Ends the line: events that wait are still delivered, new ones are not taken. Does not wait. */
    public void finish() {
        synchronized (lock) {
            closed = true;
        }
    }

    /** Drops what waits and takes nothing more; a delivery that runs ends by itself. Does not wait; idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            line.clear();
            lastOfKey.clear();
            batch = List.<Waiting<E>>of().iterator();
            if (refused != null) {
                refused.cancel();
                refused = null;
                scheduled = false;
                lock.notifyAll();
            }
        }
    }

    /** Waits until nothing is delivered and nothing waits. At once true when the listener itself asks. */
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

    private static final class Waiting<E> {

        private final E event;
        private final @Nullable Waiting<E> previous;

        Waiting(E event, @Nullable Waiting<E> previous) {
            this.event = event;
            this.previous = previous;
        }
    }
}
