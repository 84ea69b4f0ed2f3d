package dev.rollcall.discovery;

import org.jspecify.annotations.Nullable;

/** What a view wants done. A read is tried until it is answered or a younger ticket is out. */
sealed interface ViewAction {

    /**
     * Read the whole range.
     *
     * @param past what to read after that, as a list alone does not show of which history it is; null where any is right
     */
    record ReadAll(long ticket, @Nullable Recall past) implements ViewAction {}

    /** Read the range as it was at a revision: what was changed at {@code since} or later, where that is not 0. */
    record Recall(long ticket, long revision, long since) implements ViewAction {}

    /** Count the range, and read the keys that were changed after a revision. Asked once; what fails is asked again by the next audit. */
    record Audit(long ticket, long after) implements ViewAction {}

    /** Ask how far the watch has delivered. */
    record AskProgress() implements ViewAction {}

    /** Ask every endpoint for its cluster. */
    record AskClusters(long ticket, long oldCluster) implements ViewAction {}

    /** Watch the range from a revision on, in place of an earlier watch. */
    record OpenWatch(long from) implements ViewAction {}

    /** End the watch. */
    record CloseWatch() implements ViewAction {}
}
