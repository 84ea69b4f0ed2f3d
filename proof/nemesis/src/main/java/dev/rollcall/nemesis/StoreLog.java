package dev.rollcall.nemesis;

import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Line;
import dev.rollcall.nemesis.history.Monotonic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The history of the store as its members tell it, one epoch after another: the truth of a round.
 *
 * <p>Every revision changes something, so that one that is missing is seen. Written to the journal in the order of revisions. Safe for several
 * threads.
 */
final class StoreLog {

    /**
     * What a revision did to one key.
     *
     * @param put false where it was deleted
     * @param token by which the value is known; empty where it is none of ours
     */
    record Event(
            String key,
            long rev,
            boolean put,
            long create,
            long lease,
            String token,
            boolean leaving,
            boolean readable) {}

    private final Journal journal;
    private final TreeMap<Long, List<Event>> waiting = new TreeMap<>();
    private final Map<String, Event> state = new HashMap<>();
    private int epoch;
    private boolean open;
    private long seen;
    private long events;

    StoreLog(Journal journal) {
        this.journal = journal;
    }

    /**
     * A new stretch of history begins.
     *
     * @param base the revision that the first entries are from; 1 for an empty store
     * @param inherits whether what came before the base is as it was before
     */
    synchronized void begin(long base, List<Event> entries, boolean inherits) {
        epoch++;
        open = true;
        waiting.clear();
        state.clear();
        seen = base;
        journal.note("epoch", "epoch", epoch, "base", base, "inherits", inherits);
        entries.forEach(this::take);
    }

    /** The present epoch is over: the store is about to forget. */
    synchronized void end() {
        open = false;
        journal.note("over", "epoch", epoch, "rev", seen);
    }

    /** Takes the changes of one revision, unless they are known or of another epoch. */
    synchronized void accept(int ofEpoch, long revision, List<Event> changes) {
        if (!open || ofEpoch != epoch || revision <= seen) {
            return;
        }
        waiting.putIfAbsent(revision, List.copyOf(changes));
        while (waiting.containsKey(seen + 1)) {
            seen++;
            List<Event> next = waiting.remove(seen);
            if (next != null) {
                next.forEach(this::take);
            }
        }
        notifyAll();
    }

    private void take(Event event) {
        events++;
        if (event.put) {
            state.put(event.key, event);
        } else {
            state.remove(event.key);
        }
        journal.write(Line.of(
                Monotonic.nanos(),
                "store",
                event.put ? "put" : "delete",
                "epoch",
                epoch,
                "rev",
                event.rev,
                "key",
                event.key,
                "create",
                event.create,
                "lease",
                event.lease,
                "token",
                event.token,
                "leaving",
                event.leaving,
                "readable",
                event.readable));
    }

    synchronized int epoch() {
        return epoch;
    }

    /** Whether an epoch is under way. */
    synchronized boolean isOpen() {
        return open;
    }

    /** The last revision up to which everything is known. */
    synchronized long seen() {
        return seen;
    }

    /** Events recorded so far, in all epochs. */
    synchronized long events() {
        return events;
    }

    /** What the store holds as of {@link #seen}. */
    synchronized Map<String, Event> state() {
        return Map.copyOf(state);
    }
}
