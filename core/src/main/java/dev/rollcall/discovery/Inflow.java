package dev.rollcall.discovery;

import java.util.concurrent.atomic.AtomicLong;

/** How much of what a watch told waits for its step. Once it was too much this stays full: a batch was dropped, and the watch is of no use. */
final class Inflow {

    /**
     * Twenty thousand small changes a second for five seconds, which a view of very many instances may need for its first list; half of a {@link Backlog}, so that
     * what waited for the list may wait for its proof.
     */
    static final long MOST_BYTES = Backlog.MOST_BYTES / 2;

    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean full;

    /** Takes a batch of so many bytes that is to wait; false where it does not fit. A batch that waits alone fits whatever its size, for it is there already. */
    boolean take(long size) {
        long before = bytes.getAndAdd(size);
        if (before > 0 && before + size > MOST_BYTES) {
            full = true;
        }
        return !full;
    }

    /** A batch of so many bytes waits no longer. */
    void leave(long size) {
        bytes.addAndGet(-size);
    }

    /** A batch could not wait. */
    void fill() {
        full = true;
    }

    boolean isFull() {
        return full;
    }
}
