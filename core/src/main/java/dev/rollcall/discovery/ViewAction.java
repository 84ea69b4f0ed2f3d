package dev.rollcall.discovery;

/** What a view wants done. A read is tried until it is answered or a younger ticket is out. */
sealed interface ViewAction {

    /** Read the whole range. */
    record ReadAll(long ticket) implements ViewAction {}

    /** Read the range as it was at a revision. */
    record Recall(long ticket, long revision, boolean withValues) implements ViewAction {}

    /** Ask every endpoint for its cluster. */
    record AskClusters(long ticket, long oldCluster) implements ViewAction {}

    /** Watch the range from a revision on, in place of an earlier watch. */
    record OpenWatch(long from) implements ViewAction {}

    /** End the watch. */
    record CloseWatch() implements ViewAction {}
}
