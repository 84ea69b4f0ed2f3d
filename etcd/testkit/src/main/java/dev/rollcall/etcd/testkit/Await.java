package dev.rollcall.etcd.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions by polling; the one place of this module that reads the clock and sleeps. */
final class Await {

    private static final long PAUSE_MILLIS = 10;

    private Await() {}

    /** The monotonic clock. */
    static long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Polls until {@code condition} holds.
     *
     * @return whether it held within {@code limit}; an interrupt counts as the end of the limit and is kept
     */
    static boolean until(Duration limit, BooleanSupplier condition) {
        return value(limit, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /** Polls until {@code source} has a value; empty if it had none within {@code limit}. */
    static <T> Optional<T> value(Duration limit, Supplier<Optional<T>> source) {
        long deadline = nanoTime() + limit.toNanos();
        Optional<T> value = source.get();
        while (value.isEmpty() && nanoTime() - deadline < 0) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return value;
            }
            value = source.get();
        }
        return value;
    }
}
