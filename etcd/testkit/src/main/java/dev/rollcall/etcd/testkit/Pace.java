package dev.rollcall.etcd.testkit;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The rate that the connections of a proxy share in one direction: a piece at a time, each connection in its turn. */
final class Pace {

    private static final int PIECES_PER_SECOND = 20;
    private static final long NEXT_IN_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Set<OneWay> waiting = new LinkedHashSet<>();
    private long next;

    Pace(long now) {
        next = now;
    }

    /** How many nanoseconds this connection has to wait; 0 where it may send {@link #piece} bytes at most. */
    long pause(OneWay who, long now) {
        if (next - now > 0) {
            waiting.add(who);
            return next - now;
        }
        waiting.add(who);
        return waiting.iterator().next() == who ? 0 : NEXT_IN_TURN_NANOS;
    }

    static int piece(long bytesPerSecond) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytesPerSecond / PIECES_PER_SECOND));
    }

    /** It sent this many bytes, and goes to the end of the queue. */
    void sent(OneWay who, int bytes, long bytesPerSecond, long now) {
        leave(who);
        next = (next - now > 0 ? next : now) + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
    }

    /** It has nothing to send now. */
    void leave(OneWay who) {
        waiting.remove(who);
    }
}
