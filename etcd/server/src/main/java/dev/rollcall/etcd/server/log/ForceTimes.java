package dev.rollcall.etcd.server.log;

import java.util.ArrayList;
import java.util.List;

/**
 * How long it took to put commands on disk, counted by the bounds that etcd has for the same: powers of two from 1 ms to 8.192 s.
 * Thread-safe.
 */
public final class ForceTimes {
    private static final int BOUNDS = 14;
    private static final long FIRST_NANOS = 1_000_000L;

    private final long[] counts = new long[BOUNDS + 1];
    private long nanos;

    /**
     * What was counted up to some moment.
     *
     * @param upTo how many batches took at most 1, 2, 4 ... 8192 ms
     * @param count how many there were
     * @param nanos how long they took together
     */
    public record Counted(List<Long> upTo, long count, long nanos) {
        /** Copies the list. */
        public Counted {
            upTo = List.copyOf(upTo);
        }
    }

    synchronized void took(long duration) {
        int place = 0;
        while (place < BOUNDS && duration > FIRST_NANOS << place) {
            place++;
        }
        counts[place]++;
        nanos += duration;
    }

    /** What was counted so far. */
    public synchronized Counted counted() {
        List<Long> upTo = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < BOUNDS; i++) {
            sum += counts[i];
            upTo.add(sum);
        }
        return new Counted(upTo, sum + counts[BOUNDS], nanos);
    }
}
