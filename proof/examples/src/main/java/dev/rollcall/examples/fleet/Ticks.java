package dev.rollcall.examples.fleet;

/** The clock of the fleet. */
final class Ticks {

    private Ticks() {}

    /** Monotonic nanoseconds. */
    static long nanos() {
        return System.nanoTime();
    }
}
