package dev.rollcall.nemesis.check;

import java.util.List;

/**
 * What the checker found.
 *
 * @param violations invariants that did not hold
 * @param doubts what would be a violation on a store that keeps its promises; this one is known not to, and an audit put it right
 * @param voids why the round proves nothing; empty where it does
 * @param storeEvents changes of the store that were looked at
 * @param callbacks calls of listeners
 * @param snapshots states of views
 * @param unproven what could not be judged, because the store forgot it before the recorder read it
 */
public record Verdict(
        List<Violation> violations,
        List<Violation> doubts,
        List<String> voids,
        long storeEvents,
        long callbacks,
        long snapshots,
        long unproven) {

    /** Copies the lists. */
    public Verdict {
        violations = List.copyOf(violations);
        doubts = List.copyOf(doubts);
        voids = List.copyOf(voids);
    }
}
