package dev.rollcall.nemesis.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stretch of the store's history without a step back; filled in the order of revisions. */
final class Epoch {

    /** So many revisions may have reached a client and not the recorder when a store was killed and wiped. */
    private static final long TAIL = 10;

    final int number;
    final long base;
    final long begun;

    /** The epoch that this one goes on from, up to the base. */
    final @Nullable Epoch parent;

    final List<Entry> entries = new ArrayList<>();
    long last;
    long ended = Long.MAX_VALUE;

    private final Map<String, List<Entry>> byKey = new HashMap<>();

    Epoch(int number, long base, long begun, @Nullable Epoch parent) {
        this.number = number;
        this.base = base;
        this.begun = begun;
        this.parent = parent;
        this.last = base;
    }

    void add(Entry entry) {
        entries.add(entry);
        byKey.computeIfAbsent(entry.key(), key -> new ArrayList<>()).add(entry);
        last = Math.max(last, entry.rev());
    }

    /** What happened to the key, by revision. */
    List<Entry> of(String key) {
        return byKey.getOrDefault(key, List.of());
    }

    /** The change of the key at just this revision. */
    @Nullable Entry at(String key, long rev) {
        Entry found = before(key, rev);
        if (found != null && found.rev() == rev) {
            return found;
        }
        return parent != null && rev <= base ? parent.at(key, rev) : null;
    }

    /** The last change of the key up to this revision. */
    @Nullable Entry before(String key, long rev) {
        List<Entry> all = of(key);
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).rev() <= rev) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low > 0) {
            return all.get(low - 1);
        }
        return parent != null && rev <= base ? parent.before(key, rev) : null;
    }

    /** Whether the key was deleted after one revision and up to another. */
    boolean deletedBetween(String key, long after, long upTo) {
        for (Entry entry : of(key)) {
            if (!entry.put() && entry.rev() > after && entry.rev() <= upTo) {
                return true;
            }
        }
        return parent != null && after < base && parent.deletedBetween(key, after, Math.min(upTo, base));
    }

    /** The revision that it was known to have at a moment. */
    long reached(long at) {
        return entries.stream()
                .takeWhile(entry -> entry.at() <= at)
                .mapToLong(Entry::rev)
                .reduce(base, Math::max);
    }

    /** Whether the store forgot this revision before the recorder may have read it: nothing can be said of it. */
    boolean unread(long rev) {
        return ended != Long.MAX_VALUE && rev > last && rev <= last + TAIL;
    }
}
