package dev.rollcall.discovery;

import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link SnapshotReducer}; immutable.
 *
 * @param phase where the view stands
 * @param content what it knows and shows
 * @param promised up to this revision the store has said to have delivered everything; the watch goes on after it
 * @param heard the highest revision that the store was heard to have reached while the view followed; a later read below it is of another history
 * @param cluster the cluster it reads from
 * @param term the highest raft term a read was answered with
 * @param ticket the number of the youngest question; answers to older ones do not count
 * @param resync why the next list is a new beginning or a difference; null where it is neither
 * @param waiting batches that came while it is not proven that they continue the view
 * @param gap whether some of those were dropped
 * @param openingSince when the range was last read, or the watch after it was taken on: while opening, since when one or the other is waited for
 * @param leftAt when the view last stopped being live
 * @param provenAt when it was last known to be right
 * @param aged whether that is too long ago to be believed, though the stream looks open
 * @param relists how often the range was read as a whole
 * @param audit how the comparison with the store stands
 */
record ViewState<S extends Shown>(
        Phase phase,
        Content<S> content,
        long promised,
        long heard,
        long cluster,
        long term,
        long ticket,
        @Nullable ResyncCause resync,
        Backlog waiting,
        boolean gap,
        long openingSince,
        long leftAt,
        Moment provenAt,
        boolean aged,
        long relists,
        AuditState audit) {

    /** Where a view stands; {@link SnapshotReducer} draws the way between. */
    enum Phase {
        /** Not started. */
        IDLE,
        /** Reads the whole range, and then, where that is to go on from what was known, how it was when it was known. */
        LISTING,
        /** Has read, and waits for the store to take the watch on. */
        OPENING,
        /** The watch is taken on; asks whether by the store that was read. */
        CONFIRMING,
        /** Follows. */
        LIVE,
        /** The stream is broken. */
        BROKEN,
        /** The stream is back; asks whether the store is the one it was. */
        PROVING,
        /** Another cluster has answered; asks whether the one from before is still there. */
        DOUBTING;

        /** Whether what is shown is what the store has, unless its last proof is too old. */
        boolean follows() {
            return this == OPENING || this == CONFIRMING || this == LIVE;
        }

        /** Whether a read is to show that the store is the one it was. */
        boolean isProving() {
            return this == CONFIRMING || this == PROVING;
        }

        /** Whether there is no watch. */
        boolean isReading() {
            return this == IDLE || this == LISTING || this == DOUBTING;
        }
    }

    static <S extends Shown> ViewState<S> idle(Moment at) {
        return new ViewState<>(
                Phase.IDLE,
                Content.none(),
                0,
                0,
                0,
                0,
                0,
                null,
                Backlog.EMPTY,
                false,
                at.nanos(),
                at.nanos(),
                at,
                false,
                0,
                AuditState.none(at.nanos()));
    }

    /** Whether the store was read at all. */
    boolean known() {
        return content.known();
    }

    /** Whether what is shown is from disk, because the store was not read yet. */
    boolean seeded() {
        return !known() && content.revision() > 0;
    }

    /** Whether there is something to show: from the store, or from disk. */
    boolean begun() {
        return known() || seeded();
    }

    /** How fresh what is shown is. */
    Freshness freshness() {
        if (seeded()) {
            return Freshness.SEEDED;
        }
        if (!phase.follows() || aged) {
            return Freshness.STALE;
        }
        return content.guarded() > 0 ? Freshness.GUARDED : Freshness.LIVE;
    }
}
