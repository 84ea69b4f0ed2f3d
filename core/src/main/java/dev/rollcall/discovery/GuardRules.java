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
}
