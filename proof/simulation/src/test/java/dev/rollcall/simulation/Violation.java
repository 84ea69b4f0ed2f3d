package dev.rollcall.simulation;

/** An invariant does not hold. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1;

    final String invariant;

    Violation(String invariant, String story) {
        super(invariant + ": " + story);
        this.invariant = invariant;
    }
}
