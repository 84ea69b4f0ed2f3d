package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;

/**
 * What a client wants to watch.
 *
 * @param id the id the client chose, 0 to have one chosen
 * @param startRevision the first revision of interest, 0 for all that is new
 * @param puts whether puts are of interest
 * @param deletes whether deletions are of interest
 * @param previous whether each event carries what the key held before
 * @param progress whether the watcher is told now and then that it has missed nothing
 * @param fragment whether a large batch may come in several messages
 */
public record WatchSpec(
        long id,
        KeyRange range,
        long startRevision,
        boolean puts,
        boolean deletes,
        boolean previous,
        boolean progress,
        boolean fragment) {

    /** Puts and deletions of a range from a revision on, nothing else. */
    public static WatchSpec of(KeyRange range, long startRevision) {
        return new WatchSpec(0, range, startRevision, true, true, false, false, false);
    }

    boolean wants(KeyValue change) {
        return change.isTombstone() ? deletes : puts;
    }
}
