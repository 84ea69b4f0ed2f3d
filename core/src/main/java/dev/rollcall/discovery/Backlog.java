package dev.rollcall.discovery;

import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches in their order; immutable. One more costs the same however many there are. */
final class Backlog {

    /** The most that is kept, of a proof or of an audit: a quarter of a million events with small values. */
    static final long MOST_BYTES = 64L << 20;

    static final Backlog EMPTY = new Backlog(null, null, 0);

    /** What a batch takes besides its events, and an event besides its key and its value, in bytes of heap; rather too much. */
    private static final long BATCH_BYTES = 1_024;

    private static final long EVENT_BYTES = 200;

    private final @Nullable Backlog before;
    private final @Nullable WatchBatch last;
    private final long bytes;

    private Backlog(@Nullable Backlog before, @Nullable WatchBatch last, long bytes) {
        this.before = before;
        this.last = last;
        this.bytes = bytes;
    }

    /** About how many bytes of heap a batch takes. */
    static long sizeOf(WatchBatch batch) {
        long size = BATCH_BYTES;
        for (WatchEvent event : batch.events()) {
            size += EVENT_BYTES + event.kv().key().size() + event.kv().value().size();
        }
        return size;
    }

    Backlog with(WatchBatch batch) {
        return new Backlog(this, batch, bytes + sizeOf(batch));
    }

    /** Whether this is more than may be kept. */
    boolean isTooLarge() {
        return bytes > MOST_BYTES;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** The oldest one first. */
    List<WatchBatch> batches() {
        Deque<WatchBatch> found = new ArrayDeque<>();
        Backlog each = this;
        while (each != null && each.last != null) {
            found.addFirst(each.last);
            each = each.before;
        }
        return List.copyOf(found);
    }
}
