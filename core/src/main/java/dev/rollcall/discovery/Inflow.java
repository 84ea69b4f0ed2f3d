package dev.rollcall.discovery;

import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The batches of a watch that wait for their step, as many as fit in memory. Safe for use by several threads. */
final class Inflow {

    /** More than comes in the second that a view of a hundred thousand instances may need for its first list. */
    static final long MOST_BYTES = 64L << 20;

    /** What a batch counts for at least, so that their number is bounded too. */
    static final long LEAST_BYTES = 2_048;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /** Takes a batch that is to wait; false where it does not fit: it is dropped, and the view must read anew. */
    boolean take(WatchBatch batch) {
        long size = size(batch);
        if (bytes.addAndGet(size) <= MOST_BYTES) {
            return true;
        }
        bytes.addAndGet(-size);
        overflowed.set(true);
        return false;
    }

    /** A batch waits no longer. */
    void leave(WatchBatch batch) {
        bytes.addAndGet(-size(batch));
    }

    /** Whether a batch was dropped since this was last asked. */
    boolean hasOverflowed() {
        return overflowed.compareAndSet(true, false);
    }

    private static long size(WatchBatch batch) {
        long size = LEAST_BYTES;
        for (WatchEvent event : batch.events()) {
            size += event.kv().key().size() + event.kv().value().size();
        }
        return size;
    }
}
