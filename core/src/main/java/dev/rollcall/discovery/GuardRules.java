package dev.rollcall.discovery;

/**
 * When losses are held back, in nanoseconds.
 *
 * @param guarded whether the guard is on
 * @param window how close together losses must be to count as one
 * @param hold how long the guard holds a loss
 * @param grace how long a single expiry waits for the owner's return; 0 for not at all
 */
record GuardRules(boolean guarded, long window, long hold, long grace) {

    /** Losses below this number are never held: small services come and go. */
    static final int FEWEST = 3;

    /** For how long a loss is held, unless something happens. */
    long length(Hold.Kind kind) {
        return kind == Hold.Kind.GUARD ? Math.max(hold, grace) : grace;
    }

    /** For how long a loss is held whatever happens. */
    long bound() {
        return 3 * Math.max(hold, grace);
    }
}
