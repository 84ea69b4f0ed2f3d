package dev.rollcall.nemesis.history;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The one clock of the host, and waiting by it; where this module reads the time and sleeps. */
public final class Monotonic {

    private static final long POLL_MILLIS = 20;

    private Monotonic() {}

    /** Nanoseconds since the host started; the same in every process of it. */
    public static long nanos() {
        return System.nanoTime();
    }

    /** The wall clock, which the nemesis sets as it likes: to see that it did, and for nothing else. */
    public static long wallMillis() {
        return System.currentTimeMillis();
    }

    /** Sleeps for so long, or until interrupted; the interrupt stays set. */
    public static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the condition holds; false where it does not within the bound, or the thread is interrupted. */
    public static boolean await(Duration bound, BooleanSupplier condition) {
        long begun = nanos();
        while (!condition.getAsBoolean()) {
            if (nanos() - begun > bound.toNanos() || Thread.currentThread().isInterrupted()) {
                return false;
            }
            sleep(Duration.ofMillis(POLL_MILLIS));
        }
        return true;
    }
}
