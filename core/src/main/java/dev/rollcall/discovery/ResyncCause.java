package dev.rollcall.discovery;

/** Why a view was read anew instead of being continued. */
public enum ResyncCause {
    /** The changes in between were compacted away, or were too many to keep; the history is the same. */
    MISSED(false),
    /** The watch ended with an error; the history is the same. */
    WATCH_ENDED(false),
    /** An audit found changes that the watch had not delivered; the history is the same. */
    AUDIT(false),
    /** The watch told a change that cannot follow what was known: one was left out, or altered on the way; the history is the same. */
    MISFIT(false),
    /** The store's revision or term is lower than before: it was wiped or restored. */
    WENT_BACK(true),
    /** The store tells another past than before: it was wiped or restored, and has been written to since. */
    HISTORY_DIFFERS(true),
    /** Another cluster answers, and the one from before does not answer any more. */
    OTHER_CLUSTER(true);

    private final boolean newEpoch;

    ResyncCause(boolean newEpoch) {
        this.newEpoch = newEpoch;
    }

    /** Whether revisions from before mean nothing any more: a new {@link Snapshot#epoch()} begins. */
    public boolean newEpoch() {
        return newEpoch;
    }
}
