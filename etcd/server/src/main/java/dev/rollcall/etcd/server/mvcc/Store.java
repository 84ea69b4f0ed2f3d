package dev.rollcall.etcd.server.mvcc;

import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All versions of all keys. One thread writes, through {@link #begin()}, and compacts; {@link #range}, {@link #at} and the
 * revisions may be read by any thread beside it. {@link #commits} belongs to the writing thread.
 *
 * <p>A revision becomes visible as a whole: versions carry the revision they belong to, and readers look no further than the
 * published one.
 */
public final class Store {
    /** The revision of an empty store. */
    public static final long FIRST_REVISION = 1;

    /** {@link #compacted()} of a store that was never compacted. */
    public static final long NEVER_COMPACTED = -1;

    private final ConcurrentSkipListMap<Bytes, KeyHistory> keys = new ConcurrentSkipListMap<>();
    private final CommitLog log = new CommitLog();
    private volatile long revision = FIRST_REVISION;
    private volatile long compacted = NEVER_COMPACTED;
    private volatile long bytes;
    private volatile long mostBytes;

    /** The newest revision. */
    public long revision() {
        return revision;
    }

    /** The revision of the last compaction: the oldest one that can be read. */
    public long compacted() {
        return compacted;
    }

    /** How many bytes the kept versions would take in etcd's database. */
    public long bytes() {
        return bytes;
    }

    /** The most that {@link #bytes} was since the last {@link #defragment}: etcd's file does not shrink before. */
    public long mostBytes() {
        return mostBytes;
    }

    /** Gives back the space of what was compacted; by the writing thread. */
    public void defragment() {
        mostBytes = bytes;
    }

    /**
     * The checksum of all that is kept up to a revision, 0 for the current one; by any thread. Up to a negative one it is of nothing.
     *
     * @throws Refusal when the revision lies in the future or is compacted
     */
    public StoreHash hash(long upTo) {
        while (true) {
            long current = revision;
            long at = upTo == 0 ? current : upTo;
            long base = compacted;
            if (at > 0) {
                requireReadable(at, current);
            }
            List<KeyValue> versions = kept(at);
            if (compacted == base) {
                return StoreHash.of(versions, at, base, current);
            }
        }
    }

    /**
     * All kept versions up to a revision, in the order in which they were made; by any thread.
     *
     * @param base the compaction they are to stand on; null is returned when there was another meanwhile
     */
    public @Nullable List<KeyValue> versions(long upTo, long base) {
        List<KeyValue> versions = kept(upTo);
        versions.sort(StoreHash.IN_ORDER);
        return compacted == base ? versions : null;
    }

    private List<KeyValue> kept(long upTo) {
        List<KeyValue> versions = new ArrayList<>();
        keys.values().forEach(history -> history.forEachBelow(upTo + 1, versions::add));
        return versions;
    }

    /**
     * Reads a range at one revision.
     *
     * @throws Refusal when the revision lies in the future or is compacted
     */
    public RangeResult range(RangeQuery query) {
        while (true) {
            long current = revision;
            long at = query.revision() <= 0 ? current : query.revision();
            requireReadable(at, current);
            RangeResult result = read(query, at, current);
            // A compaction beside us may have taken versions away under the read, but only below its own revision.
            if (compacted <= at) {
                return result;
            }
        }
    }

    /**
     * Refuses a revision that cannot be read.
     *
     * @throws Refusal when it lies in the future or is compacted
     */
    public void requireReadable(long at) {
        requireReadable(at, revision);
    }

    private void requireReadable(long at, long current) {
        if (at > current) {
            throw new Refusal(Reason.FUTURE_REVISION);
        }
        if (at < compacted) {
            throw new Refusal(Reason.COMPACTED);
        }
    }

    /** What a key held at a revision; null when it did not exist then, or when that is compacted. */
    public @Nullable KeyValue at(Bytes key, long at) {
        KeyHistory history = at < compacted ? null : keys.get(key);
        return history == null ? null : history.at(at);
    }

    /** The kept commits from one revision to another, both included; for the writing thread, until its next write. */
    public List<Commit> commits(long from, long to) {
        return log.between(from, to);
    }

    /** All kept commits, the first one at the last compaction; a copy, for the writing thread to make and any to read. */
    public List<Commit> commits() {
        return List.copyOf(log.between(0, revision));
    }

    /**
     * Tells of every kept version from before {@link #commits()}, by any thread. What it told is whole only if {@link #compacted()} is
     * afterwards what it was when the commits were taken.
     */
    public void forEachOlder(Consumer<KeyValue> action) {
        long first = firstCommit(compacted);
        keys.values().forEach(history -> history.forEachBelow(first, action));
    }

    /**
     * Fills an empty store with what another one kept.
     *
     * @param at the compaction of the other
     * @param older its versions from before its commits
     * @param kept its commits
     * @param newest its revision
     * @throws IllegalArgumentException when these do not fit together
     */
    public void restore(long at, List<KeyValue> older, List<Commit> kept, long newest) {
        long first = firstCommit(at);
        if (newest != first + kept.size() - 1) {
            throw new IllegalArgumentException(kept.size() + " commits from " + first + " on do not end at " + newest);
        }
        older.forEach(this::keep);
        log.beginAt(first);
        long next = first;
        for (Commit commit : kept) {
            if (commit.revision() != next) {
                throw new IllegalArgumentException("commit " + commit.revision() + " stands in place of " + next);
            }
            commit.changes().forEach(this::keep);
            log.append(commit);
            next++;
        }
        revision = newest;
        compacted = at;
        log.between(at, at).forEach(this::compactKeys);
    }

    private void keep(KeyValue version) {
        keys.computeIfAbsent(version.key(), absent -> new KeyHistory()).append(version);
        count(StoredVersion.size(version));
    }

    /** Only the writing thread counts. */
    private void count(long more) {
        long counted = bytes + more;
        bytes = counted;
        if (counted > mostBytes) {
            mostBytes = counted;
        }
    }

    private static long firstCommit(long compacted) {
        return Math.max(FIRST_REVISION + 1, compacted);
    }

    /** Begins a write. There is one at a time, and the writing thread ends it with {@link Write#commit()}. */
    public Write begin() {
        return new Write();
    }

    /**
     * Forgets every version that was replaced up to {@code at}. What is true at {@code at} stays readable.
     *
     * @throws Refusal when {@code at} lies in the future, or is compacted already
     */
    public void compact(long at) {
        long previous = compacted;
        if (at <= previous) {
            throw new Refusal(Reason.COMPACTED);
        }
        if (at > revision) {
            throw new Refusal(Reason.FUTURE_REVISION);
        }
        compacted = at;
        // Only what changed since the last compaction can have versions to lose.
        log.between(previous, at).forEach(this::compactKeys);
        log.forgetBefore(at);
    }

    private void compactKeys(Commit commit) {
        for (KeyValue change : commit.changes()) {
            KeyHistory history = keys.get(change.key());
            if (history == null) {
                continue;
            }
            count(-history.compact(compacted));
            if (history.isEmpty()) {
                keys.remove(change.key());
            }
        }
    }

    private RangeResult read(RangeQuery query, long at, long current) {
        return new RangeRead(query).of(histories(query.range()), at, current);
    }

    private Collection<KeyHistory> histories(KeyRange range) {
        if (range.single()) {
            KeyHistory history = keys.get(range.from());
            return history == null ? List.of() : List.of(history);
        }
        return slice(range).values();
    }

    private ConcurrentNavigableMap<Bytes, KeyHistory> slice(KeyRange range) {
        Bytes to = range.to();
        if (range.isEmpty()) {
            return keys.subMap(range.from(), range.from());
        }
        return to == null ? keys.tailMap(range.from()) : keys.subMap(range.from(), to);
    }

    /** One write: its reads see what it has changed so far, all others see nothing of it before {@link #commit()}. */
    public final class Write {
        private final List<KeyValue> changes = new ArrayList<>();
        private final long next = revision + 1;

        private Write() {}

        /** The store's revision as this write sees it: one more once something is changed. */
        public long revision() {
            return changes.isEmpty() ? next - 1 : next;
        }

        /** What the key holds now, or null. */
        public @Nullable KeyValue get(Bytes key) {
            return at(key, next);
        }

        /** Sets a key, attached to a lease or to none (0). */
        public void put(Bytes key, Bytes value, long lease) {
            KeyHistory history = keys.computeIfAbsent(key, absent -> new KeyHistory());
            KeyValue previous = history.at(next);
            long created = previous == null ? next : previous.createRevision();
            long version = previous == null ? 1 : previous.version() + 1;
            record(history, new KeyValue(key, value, created, next, version, lease, changes.size()));
        }

        /** Deletes the keys of a range and returns what they held, in key order. */
        public List<KeyValue> delete(KeyRange range) {
            List<KeyValue> deleted = new ArrayList<>();
            for (KeyHistory history : histories(range)) {
                KeyValue previous = history.at(next);
                if (previous != null) {
                    deleted.add(previous);
                    record(history, KeyValue.tombstone(previous.key(), next, changes.size()));
                }
            }
            return deleted;
        }

        /** Reads a range; a query for the current revision sees the changes of this write. */
        public RangeResult range(RangeQuery query) {
            return read(query, query.revision() <= 0 ? next : query.revision(), revision());
        }

        /** Publishes the changes as one revision, or returns null when there are none. */
        public @Nullable Commit commit() {
            if (changes.isEmpty()) {
                return null;
            }
            Commit commit = new Commit(next, changes);
            log.append(commit);
            Store.this.revision = next;
            return commit;
        }

        private void record(KeyHistory history, KeyValue version) {
            history.append(version);
            changes.add(version);
            count(StoredVersion.size(version));
        }
    }
}
