package dev.rollcall.etcd.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for conditions by polling; the one place of this module that reads the clock and sleeps. */
final class Await {

    private static final long PAUSE_MILLIS = 10;

    private Await() {}

    /**
     * Polls until {@code condition} holds.
     *
     * @return whether it held within {@code limit}; an interrupt counts as the end of the limit and is kept
     */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
