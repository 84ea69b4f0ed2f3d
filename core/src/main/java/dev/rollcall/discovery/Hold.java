package dev.rollcall.discovery;

/** A loss that is known, and not shown until its deadline; the return of the key lifts it. */
record Hold(Kind kind, long since, long deadline, DownCause cause, long revision) {

    enum Kind {
        /** By the guard: too many went at once, or the store lost its history. */
        GUARD,
        /** By the view's expiry grace. */
        GRACE
    }

    Hold until(long later) {
        return new Hold(kind, since, later, cause, revision);
    }
}
