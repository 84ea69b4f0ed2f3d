package dev.rollcall.simulation;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One history of the store: from its beginning, or a snapshot, to where it is wiped or put back. */
final class Epoch {

    final int number;
    private long compacted;
    private long term;
    private Map<Host, Network.Heard> heardBefore = Map.of();
    private final List<Commit> commits = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final TreeMap<Bytes, KeyValue> now = new TreeMap<>();

    Epoch(int number) {
        this.number = number;
    }

    /** The history up to a revision, under another number. */
    Epoch upTo(long revision, int next) {
        Epoch copy = new Epoch(next);
        for (int i = 0; i < revision - 1; i++) {
            copy.add(commits.get(i), times.get(i));
        }
        return copy;
    }

    void add(Commit commit, long time) {
        if (commit.revision() != revision() + 1) {
            throw new IllegalStateException("revision " + commit.revision() + " after " + revision());
        }
        commits.add(commit);
        times.add(time);
        apply(now, commit);
    }

    static void apply(Map<Bytes, KeyValue> keys, Commit commit) {
        for (KeyValue change : commit.changes()) {
            if (change.isTombstone()) {
                keys.remove(change.key());
            } else {
                keys.put(change.key(), change);
            }
        }
    }

    /** The oldest revision that can be read. */
    long compacted() {
        return compacted;
    }

    void compacted(long revision) {
        compacted = revision;
    }

    /** The highest term of its leaders. */
    long term() {
        return term;
    }

    void term(long newest) {
        term = newest;
    }

    /** What each process had heard of the history before when it began. */
    void heardBefore(Map<Host, Network.Heard> heard) {
        heardBefore = Map.copyOf(heard);
    }

    /** What a process had heard of the history before when it began. */
    Network.Heard heardBefore(Host host) {
        return heardBefore.getOrDefault(host, Network.Heard.NOTHING);
    }

    long revision() {
        return commits.size() + 1L;
    }

    Commit commit(long revision) {
        return commits.get((int) (revision - 2));
    }

    long time(long revision) {
        return times.get((int) (revision - 2));
    }

    /** What stands now. */
    Map<Bytes, KeyValue> now() {
        return now;
    }

    @Nullable KeyValue get(Bytes key) {
        return now.get(key);
    }

    /** What a revision did to a key; null for nothing. */
    @Nullable KeyValue change(long revision, Bytes key) {
        if (revision < 2 || revision > revision()) {
            return null;
        }
        for (KeyValue change : commit(revision).changes()) {
            if (change.key().equals(key)) {
                return change;
            }
        }
        return null;
    }
}
