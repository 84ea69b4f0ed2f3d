package dev.rollcall.internal;

import java.time.Duration;

/**
 * How long to wait before the next attempt: doubling from {@code first} up to {@code max}, each time a random part of the upper half.
 *
 * <p>An immutable value, so that it can stand in the state of a pure step. {@link #delayNanos} asks for the wait before this attempt, {@link #next()} is
 * the state after it, {@link #reset()} the state after a success.
 *
 * @param firstNanos the longest wait before the first attempt, at least 1 ns
 * @param maxNanos the longest wait ever, at least {@code firstNanos}
 * @param attempt the number of attempts so far
 */
public record Backoff(long firstNanos, long maxNanos, int attempt) {

    /** Checks the bounds. */
    public Backoff {
        if (firstNanos < 1 || maxNanos < firstNanos || attempt < 0) {
            throw new IllegalArgumentException("a backoff needs 0 < first <= max and attempt >= 0, not first "
                    + firstNanos + " ns, max " + maxNanos + " ns, attempt " + attempt);
        }
    }

    /** A backoff at its beginning. */
    public static Backoff of(Duration first, Duration max) {
        return new Backoff(first.toNanos(), max.toNanos(), 0);
    }

    /** The wait before the next attempt, in nanoseconds: between half of the current bound and all of it. */
    public long delayNanos(RandomSource random) {
        long bound = boundNanos();
        long half = bound / 2;
        return half + random.below(bound - half) + 1;
    }

    /** The longest wait before the next attempt, in nanoseconds. */
    public long boundNanos() {
        int doublings = Math.min(attempt, 62);
        return firstNanos > (maxNanos >> doublings) ? maxNanos : firstNanos << doublings;
    }

    /** The state after one more failed attempt. */
    public Backoff next() {
        return attempt == Integer.MAX_VALUE ? this : new Backoff(firstNanos, maxNanos, attempt + 1);
    }

    /** The state after a success. */
    public Backoff reset() {
        return attempt == 0 ? this : new Backoff(firstNanos, maxNanos, 0);
    }
}
