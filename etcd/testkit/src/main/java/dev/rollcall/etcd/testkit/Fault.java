package dev.rollcall.etcd.testkit;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes of one direction of a connection. Immutable; one may be used many times.
 *
 * <p>Counts of bytes ({@link #after}, {@link #flipEvery}) are of one direction of one connection: each counts for itself, from
 * the moment the fault is set, or from its first byte if it is made later.
 */
public final class Fault {

    /** The sorts of faults, by which {@link FaultProxy.Counters} counts how often one took effect. */
    public enum Kind {
        /** No fault: bytes pass. Never counted. */
        PASS,
        /** Bytes pass later. Counted for each piece that was read and held back. */
        DELAY,
        /** Bytes pass slowly. Counted each time that bytes had to wait. */
        LIMIT,
        /** Bytes are read and discarded. Counted for each piece. */
        BLACK_HOLE,
        /** Bytes are not read. Counted once for each direction of a connection in which bytes then wait. */
        STALL,
        /** An end of stream in one direction. Counted for each that was sent. */
        HALF_CLOSE,
        /** An end of stream in both directions. Counted for each connection. */
        CUT,
        /** A connection reset on both sides. Counted for each connection. */
        RESET,
        /** A changed byte. Counted for each. */
        FLIP,
        /** A connection that was accepted and left alone. Counted for each. */
        SILENT_ACCEPT,
        /** A closed port. Counted each time that it was closed: the refusals are the kernel's, and only the client sees them. */
        REFUSE
    }

    private static final Fault PASS = new Fault(Kind.PASS, 0, 0, 0, 0);

    final Kind kind;

    /** How many bytes pass unharmed before it. */
    final long after;

    /** Nanoseconds of a delay, bytes per second of a limit, the mean distance of flipped bytes, 0 for a single one. */
    final long amount;

    /** Nanoseconds by which a delay varies to both sides. */
    final long jitter;

    final long seed;

    private Fault(Kind kind, long after, long amount, long jitter, long seed) {
        this.kind = kind;
        this.after = after;
        this.amount = amount;
        this.jitter = jitter;
        this.seed = seed;
    }

    private static Fault of(Kind kind) {
        return new Fault(kind, 0, 0, 0, 0);
    }

    /** No fault: everything passes, as fast as it can. */
    public static Fault pass() {
        return PASS;
    }

    /** Everything passes later by {@code delay}, in order. */
    public static Fault delay(Duration delay) {
        return delay(delay, Duration.ZERO);
    }

    /**
     * Everything passes later by {@code delay}, more or less by {@code jitter} at most (evenly spread), and still in order. At most
     * 1 MiB is on its way at a time, as over a network with such a window.
     */
    public static Fault delay(Duration delay, Duration jitter) {
        if (delay.isNegative() || jitter.isNegative() || jitter.compareTo(delay) > 0) {
            throw new IllegalArgumentException("not a delay: " + delay + " +- " + jitter);
        }
        return new Fault(Kind.DELAY, 0, delay.toNanos(), jitter.toNanos(), 0);
    }

    /**
     * Everything passes, {@code bytesPerSecond} of it at most, in a steady flow of twenty pieces a second or more. The connections under it
     * share the rate, a piece for each in turn.
     */
    public static Fault limit(long bytesPerSecond) {
        return new Fault(Kind.LIMIT, 0, positive(bytesPerSecond), 0, 0);
    }

    /**
     * Nothing passes: bytes are read and thrown away, ends of stream and resets are swallowed, too. A connection that lost bytes
     * can never go on: it is reset when the fault is changed for another.
     */
    public static Fault blackHole() {
        return of(Kind.BLACK_HOLE);
    }

    /** Nothing passes and nothing is read, so that the sender's buffers fill up. Nothing is lost: all of it passes afterwards. */
    public static Fault stall() {
        return of(Kind.STALL);
    }

    /** The receiver sees an end of stream (FIN), while the other direction goes on. What still comes is thrown away. */
    public static Fault halfClose() {
        return of(Kind.HALF_CLOSE);
    }

    /** Both sides see an end of stream (FIN): the connection is closed in good order, in the middle of whatever was said. */
    public static Fault cut() {
        return of(Kind.CUT);
    }

    /** Both sides see the connection reset (RST). */
    public static Fault reset() {
        return of(Kind.RESET);
    }

    /** The next byte passes with its lowest bit changed, so that text stays text. Everything after it passes. */
    public static Fault flip() {
        return of(Kind.FLIP);
    }

    /**
     * Now and then a byte passes changed: the distances are drawn evenly from 1 to {@code 2 * meanBytes - 1}, the bits at random, all
     * from {@code seed} and the number of the connection.
     */
    public static Fault flipEvery(long meanBytes, long seed) {
        return new Fault(Kind.FLIP, 0, positive(meanBytes), 0, seed);
    }

    /** This fault after {@code bytes} more bytes have passed unharmed: {@code Fault.cut().after(1000)}. */
    public Fault after(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes pass, so they cannot be " + bytes);
        }
        return new Fault(kind, bytes, amount, jitter, seed);
    }

    /** Which sort of fault this is. */
    public Kind kind() {
        return kind;
    }

    private static long positive(long amount) {
        if (amount < 1) {
            throw new IllegalArgumentException("must be positive: " + amount);
        }
        return amount;
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case DELAY -> "delay of " + Duration.ofNanos(amount) + " +- " + Duration.ofNanos(jitter);
            case LIMIT -> "limit of " + amount + " bytes/s";
            case FLIP -> amount == 0 ? "flip" : "flip every " + amount + " bytes, seed " + seed;
            default -> kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
        return after == 0 ? what : what + " after " + after + " bytes";
    }
}
