package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.machine.Applied;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What clients and watchers of a store were told, over all its crashes, and what therefore must be found after the next one. */
final class Memories {
    private final TreeMap<Long, Commit> seen = new TreeMap<>();
    private final Set<Bytes> attempted = new HashSet<>();
    private final Set<Bytes> refused = new HashSet<>();
    private final Set<Long> granted = new HashSet<>();
    private final Set<Long> attemptedGrants = new HashSet<>();
    private final Set<Long> attemptedRevokes = new HashSet<>();
    private long compacted = Store.NEVER_COMPACTED;
    private long term = 1;

    /** A watcher sees what was applied. */
    synchronized void saw(Applied applied) {
        applied.commits().forEach(commit -> seen.put(commit.revision(), commit));
    }

    synchronized void attempt(Bytes value) {
        attempted.add(value);
    }

    synchronized void refused(Bytes value) {
        refused.add(value);
    }

    synchronized void attemptGrant(long id) {
        attemptedGrants.add(id);
    }

    synchronized void granted(long id) {
        granted.add(id);
    }

    synchronized void attemptRevoke(long id) {
        attemptedRevokes.add(id);
    }

    synchronized void compacted(long revision) {
        compacted = Math.max(compacted, revision);
    }

    synchronized long revision() {
        return seen.isEmpty() ? Store.FIRST_REVISION : seen.lastKey();
    }

    /** Holds a store that was found after a crash against what was told. What it has beyond that becomes told. */
    synchronized void check(Machine machine) {
        Store store = machine.store();
        assertThat(store.revision()).as("revision").isGreaterThanOrEqualTo(revision());
        assertThat(store.compacted()).as("compaction").isGreaterThanOrEqualTo(compacted);
        assertThat(machine.term()).as("term").isGreaterThan(term);
        term = machine.term();
        compacted = store.compacted();
        List<Commit> found = store.commits();
        long first = Math.max(Store.FIRST_REVISION + 1, compacted);
        for (int i = 0; i < found.size(); i++) {
            Commit commit = found.get(i);
            assertThat(commit.revision()).isEqualTo(first + i);
            Commit told = seen.putIfAbsent(commit.revision(), commit);
            if (told != null) {
                assertThat(commit).as("what watchers saw").isEqualTo(told);
            }
            for (KeyValue change : commit.changes()) {
                assertThat(change.isTombstone() || attempted.contains(change.value()))
                        .as("invented: %s", change)
                        .isTrue();
                assertThat(refused).as("refused for good").doesNotContain(change.value());
            }
        }
        assertThat(revision()).isEqualTo(store.revision());
        Set<Long> leases = machine.leases().granted().keySet();
        assertThat(attemptedGrants).as("granted").containsAll(leases);
        Set<Long> kept = new HashSet<>(granted);
        kept.removeAll(attemptedRevokes);
        assertThat(leases).as("leases").containsAll(kept);
    }
}
