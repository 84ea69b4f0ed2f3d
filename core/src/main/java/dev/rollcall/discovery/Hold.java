package dev.rollcall.discovery;

/**
 * A loss that is known, and not shown until its deadline; the return of the key lifts it.
 *
 * @param deadline when it ends, by the clock of {@link Moment#nanos}
 * @param latest the deadline is never moved beyond this
 */
record Hold(Kind kind, long deadline, long latest, DownCause cause, long revision) {

    enum Kind {
        /** By the guard: too many went at once, or the store lost its history. */
        GUARD,
        /** By the view's expiry grace. */
        GRACE
    }

    Hold until(long later) {
        return new Hold(kind, later - latest < 0 ? later : latest, latest, cause, revision);
    }

    Hold atLatest(long other) {
        return new Hold(kind, deadline, other, cause, revision);
    }
}
