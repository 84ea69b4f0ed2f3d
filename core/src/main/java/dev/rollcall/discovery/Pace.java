package dev.rollcall.discovery;

import java.time.Duration;

/**
 * What was published last, but to who reads it again and again renewed every 10 ms at most: the first change after a calm at once, those that follow it
 * together. Where nobody reads, nobody is woken.
 *
 * <p>Written by one thread at a time, read by any.
 */
final class Pace<P> {

    private static final long STEP = Duration.ofMillis(10).toNanos();

    private volatile P now;
    private volatile boolean read;
    private long renewedAt;
    private boolean waiting;

    Pace(P first, long nanos) {
        this.now = first;
        this.renewedAt = nanos - STEP;
    }

    P now() {
        if (!read) {
            read = true;
        }
        return now;
    }

    /** Takes what is published, now or later; returns after how many nanoseconds it wants to be woken, 0 where that is not needed. */
    long publish(P published, long nanos) {
        if (published == now) {
            return 0;
        }
        long wait = STEP - (nanos - renewedAt);
        if (wait <= 0 || !read) {
            read = false;
            renewedAt = nanos;
            now = published;
            return 0;
        }
        if (waiting) {
            return 0;
        }
        waiting = true;
        return wait;
    }

    /** The time that it wanted to wait is over, as far as a timer can tell; as {@link #publish}. */
    long wake(P published, long nanos) {
        waiting = false;
        return publish(published, nanos);
    }
}
