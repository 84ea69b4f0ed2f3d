package dev.rollcall.concurrency;

import java.util.ArrayList;
import java.util.List;

/**
 * What ran on a serial queue, noted without any lock: if two run at once, or one does not see what the one before it wrote, it knows.
 *
 * @param <T> what runs
 */
public final class Witness<T> {

    private final List<T> seen = new ArrayList<>();
    private boolean busy;
    private boolean overlapped;

    /** Takes part in the queue. */
    public void runs(T what) {
        if (busy) {
            overlapped = true;
        }
        busy = true;
        seen.add(what);
        busy = false;
    }

    /** How many ran up to now, as far as the caller can see. */
    public int count() {
        return seen.size();
    }

    /** What ran, in order; throws where two ran at once. */
    public List<T> seen() {
        Interleavings.holds(!overlapped, "two ran at once: " + seen);
        return List.copyOf(seen);
    }
}
