package dev.rollcall.etcd;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What waits for one listener, and the calls to it: one at a time, in order, on the callback executor.
 *
 * <p>The lane holds at most {@link #MAX_EVENTS} events and {@link #MAX_BYTES} bytes and one answer of the store more: above that the watch
 * is parked, so that no more comes, until the lane is empty.
 */
final class WatchLane {

    private static final Logger log = LoggerFactory.getLogger(WatchLane.class);

    /** With more events waiting, the listener has fallen behind. */
    static final int MAX_EVENTS = 10_000;

    /** With more bytes waiting, the listener has fallen behind. */
    static final long MAX_BYTES = 8L << 20;

    private final KeyRange range;
    private final WatchListener listener;
    private final Executor serial;
    private final LogBudget logBudget;
    private final Runnable drained;
    private volatile boolean closed;
    private volatile long position;
    private int waiting;
    private long events;
    private long bytes;
    private boolean overflowed;
    private long failures;

    /**
     * A lane to a listener.
     *
     * @param serial runs one task at a time, in order
     * @param logBudget of the client
     * @param drained called when the lane is empty after it had overflowed, on any thread
     */
    WatchLane(WatchRequest request, WatchListener listener, Executor serial, LogBudget logBudget, Runnable drained) {
        this.range = request.range();
        this.position = request.startRevision();
        this.listener = listener;
        this.serial = serial;
        this.logBudget = logBudget;
        this.drained = drained;
    }

    /** The position as the listener knows it. */
    long position() {
        return position;
    }

    /** No call begins from now on. */
    void close() {
        closed = true;
    }

    /** Something to do after everything that is told; what is told is no more. */
    void last(Runnable task) {
        serial.execute(task);
    }

    /** The watch goes on from here. */
    void resumeFrom(long revision) {
        position = revision;
    }

    /**
     * Has the listener told, after everything before.
     *
     * @return whether the listener is behind by more than may wait; said once until the lane is drained
     */
    boolean offer(WatchNews news) {
        boolean tooMuch;
        synchronized (this) {
            waiting++;
            events += news.events() + 1;
            bytes += news.bytes();
            tooMuch = !overflowed && waiting > 1 && (events > MAX_EVENTS || bytes > MAX_BYTES);
            overflowed |= tooMuch;
        }
        serial.execute(() -> tell(news));
        return tooMuch;
    }

    private void tell(WatchNews news) {
        if (!closed) {
            call(news);
        }
        boolean empty;
        synchronized (this) {
            waiting--;
            events -= news.events() + 1;
            bytes -= news.bytes();
            empty = overflowed && waiting == 0;
            overflowed &= !empty;
        }
        if (empty) {
            drained.run();
        }
    }

    private void call(WatchNews news) {
        try {
            news.tell(listener);
        } catch (RuntimeException | Error e) {
            failures++;
            logBudget.log(
                    log,
                    Level.WARN,
                    "the listener of the watch of {} threw, for the {}. time; the watch goes on",
                    range,
                    failures,
                    e);
        } finally {
            if (news.position() > 0) {
                position = news.position();
            }
        }
    }
}
