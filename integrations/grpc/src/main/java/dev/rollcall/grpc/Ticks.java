package dev.rollcall.grpc;

/** The clock of this module: monotonic, in nanoseconds. */
final class Ticks {

    private Ticks() {}

    static long nanos() {
        return System.nanoTime();
    }
}
