package dev.rollcall.etcd.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A monotonic clock that moves only when told: nanoseconds from an arbitrary origin, as {@link System#nanoTime} gives them.
 *
 * <p>It starts below zero, because nothing may be concluded from the sign or size of such a time. Safe for use by several
 * threads.
 */
public final class ManualTime implements LongSupplier {

    private static final long START = Duration.ofSeconds(-10).toNanos();

    private final AtomicLong nanos = new AtomicLong(START);

    /** A clock that stands still. */
    public ManualTime() {}

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    /**
     * Moves the clock forward.
     *
     * @return the new time in nanoseconds
     * @throws IllegalArgumentException if {@code step} is negative: a monotonic clock never goes back
     */
    public long advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("a monotonic clock never goes back, not by " + step);
        }
        return nanos.addAndGet(step.toNanos());
    }

    /** How far the clock was moved since it was made. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos.get() - START);
    }

    @Override
    public String toString() {
        return "ManualTime[+" + elapsed() + "]";
    }
}
