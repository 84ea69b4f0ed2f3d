package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.List;

/**
 * An invariant that did not hold.
 *
 * @param rule its name
 * @param what what was seen
 * @param at when, by the host's clock
 * @param around lines that have to do with it
 */
public record Violation(String rule, String what, long at, List<Line> around) {

    /** Copies the list. */
    public Violation {
        around = List.copyOf(around);
    }

    @Override
    public String toString() {
        return rule + ": " + what + " at " + at;
    }
}
