package dev.rollcall.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The clock of the bench, and its waits. */
final class Time {
    private Time() {}

    static long nanos() {
        return System.nanoTime();
    }

    static double secondsSince(long start) {
        return (nanos() - start) / 1e9;
    }

    /** Waits a span that is part of a measurement. */
    static void pass(Duration span) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(span.toNanos());
    }
}
