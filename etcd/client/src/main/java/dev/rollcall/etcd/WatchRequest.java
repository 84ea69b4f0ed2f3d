package dev.rollcall.etcd;

/**
 * What to watch; immutable, each method returns a changed copy.
 *
 * @param range the keys
 * @param startRevision the first revision to deliver; 0 for what comes after the watch is created
 * @param previous whether events bring what the key was before
 * @param puts whether puts are delivered
 * @param deletes whether deletes are delivered
 * @param progress whether the store tells its revision from time to time (10 minutes by default) while nothing happens
 */
public record WatchRequest(
        KeyRange range, long startRevision, boolean previous, boolean puts, boolean deletes, boolean progress) {

    /** Checks the start. */
    public WatchRequest {
        if (startRevision < 0) {
            throw new IllegalArgumentException(
                    "a watch starts at a revision from 1, or at 0 for now, not at " + startRevision);
        }
    }

    /** Watches puts and deletes from now on. */
    public static WatchRequest of(KeyRange range) {
        return new WatchRequest(range, 0, false, true, true, false);
    }

    /** From a revision on. */
    public WatchRequest from(long revision) {
        return new WatchRequest(range, revision, previous, puts, deletes, progress);
    }

    /** With what the key was before. */
    public WatchRequest withPrevious() {
        return new WatchRequest(range, startRevision, true, puts, deletes, progress);
    }

    /** Without puts. */
    public WatchRequest withoutPuts() {
        return new WatchRequest(range, startRevision, previous, false, deletes, progress);
    }

    /** Without deletes. */
    public WatchRequest withoutDeletes() {
        return new WatchRequest(range, startRevision, previous, puts, false, progress);
    }

    /** With progress notes. */
    public WatchRequest withProgress() {
        return new WatchRequest(range, startRevision, previous, puts, deletes, true);
    }
}
