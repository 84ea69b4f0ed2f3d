package dev.rollcall.etcd.server.mvcc;

import java.util.List;

/**
 * What one revision changed.
 *
 * @param revision the revision, one above that of the commit before
 * @param changes the new versions in the order in which they were made, never empty; tombstones are deletions
 */
public record Commit(long revision, List<KeyValue> changes) {
    /** Copies the list. */
    public Commit {
        changes = List.copyOf(changes);
    }
}
