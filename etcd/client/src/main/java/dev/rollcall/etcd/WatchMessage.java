package dev.rollcall.etcd;

import java.util.List;

/**
 * One answer of the watch stream, in our own words.
 *
 * @param header the store; revision 0 where a watch was cancelled by compaction
 * @param watchId the watch as we numbered it; -1 for answers to a progress request and for refused creations
 * @param created whether a creation is answered
 * @param canceled whether the watch is over (with {@code created}: was refused)
 * @param compactRevision where not 0, the watch is over because it asked for what was compacted up to here
 * @param reason why it was cancelled, in etcd's words; often empty
 * @param fragment whether more of the same answer follows
 * @param events the changes, in revision order
 * @param bytes the size on the wire
 */
record WatchMessage(
        Header header,
        long watchId,
        boolean created,
        boolean canceled,
        long compactRevision,
        String reason,
        boolean fragment,
        List<WatchEvent> events,
        int bytes) {

    /** The id of answers that belong to no watch. */
    static final long NO_WATCH = -1;

    /** Whether it answers a progress request: for the whole stream, not for one watch. */
    boolean answersProgress() {
        return watchId == NO_WATCH && !created && !canceled;
    }
}
