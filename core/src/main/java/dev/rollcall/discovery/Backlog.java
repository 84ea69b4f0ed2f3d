package dev.rollcall.discovery;

import dev.rollcall.etcd.WatchBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches in their order; immutable. One more costs the same however many there are. */
final class Backlog {

    static final Backlog EMPTY = new Backlog(null, null, 0);

    private final @Nullable Backlog before;
    private final @Nullable WatchBatch last;
    private final int events;

    private Backlog(@Nullable Backlog before, @Nullable WatchBatch last, int events) {
        this.before = before;
        this.last = last;
        this.events = events;
    }

    Backlog with(WatchBatch batch) {
        return new Backlog(this, batch, events + batch.events().size());
    }

    /** The number of events in all batches. */
    int events() {
        return events;
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
