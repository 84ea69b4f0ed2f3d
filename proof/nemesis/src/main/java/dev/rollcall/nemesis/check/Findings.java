package dev.rollcall.nemesis.check;

import java.util.ArrayList;
import java.util.List;

/** What the rules find while they pass over a history. */
final class Findings {

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
}
