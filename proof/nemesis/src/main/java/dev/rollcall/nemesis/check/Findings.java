package dev.rollcall.nemesis.check;

import java.util.ArrayList;
import java.util.List;

/** What the rules find while they pass over a history. */
final class Findings {

    /** Of so many one may stay without a verdict; a round of which more does proves too little. */
    private static final long JUDGED_FOR_EACH_UNPROVEN = 20;

    /** Fewer without a verdict than this say nothing about a round. */
    private static final long FEW = 10;

    final List<Violation> violations = new ArrayList<>();
    final List<Violation> doubts = new ArrayList<>();
    final List<String> voids = new ArrayList<>();
    long callbacks;
    long snapshots;
    long unproven;

    private final History history;

    Findings(History history) {
        this.history = history;
    }

    /** An invariant that must hold whatever the store does. */
    void broken(String rule, String what, long at, String key, String who) {
        violations.add(new Violation(rule, what, at, history.around(at, key, who)));
    }

    /** An invariant that can only hold where the store keeps the promises of its watches. */
    void brokenByView(String rule, String what, long at, String key, String who) {
        if (history.forgetful) {
            doubts.add(new Violation(rule, what, at, history.around(at, key, who)));
        } else {
            broken(rule, what, at, key, who);
        }
    }

    /** Says of a round that it proves nothing, where too much of it could not be judged. */
    void enoughWasJudged() {
        if (unproven > FEW && unproven * JUDGED_FOR_EACH_UNPROVEN > callbacks + snapshots) {
            voids.add(
                    "of " + (callbacks + snapshots) + " callbacks and snapshots " + unproven + " could not be judged");
        }
    }
}
