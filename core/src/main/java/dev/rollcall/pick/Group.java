package dev.rollcall.pick;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Candidates among which one strategy spreads calls, in key order; immutable. */
final class Group {

    private final Candidate[] all;
    private final Candidate[] live;
    private final boolean panic;

    private Group(Candidate[] all, Candidate[] live, boolean panic) {
        this.all = all;
        this.live = live;
        this.panic = panic;
    }

    /** @param panic whether the ejected are used nevertheless */
    static Group of(List<Candidate> all, boolean panic) {
        Candidate[] every = all.toArray(new Candidate[0]);
        if (panic) {
            return new Group(every, every, true);
        }
        List<Candidate> live = new ArrayList<>(every.length);
        for (Candidate candidate : every) {
            if (!candidate.standing().isEjected()) {
                live.add(candidate);
            }
        }
        return new Group(every, live.toArray(new Candidate[0]), false);
    }

    /** With those that are ejected; nobody writes to the array. */
    Candidate[] all() {
        return all;
    }

    /** Those that are not ejected, or all where there is panic; nobody writes to the array. */
    Candidate[] live() {
        return live;
    }

    boolean panic() {
        return panic;
    }

    /** The live one at the place, or the next after it that was not tried; null where all were. */
    @Nullable Candidate at(int place, @Nullable Call tried) {
        Candidate found = live[place];
        if (tried == null || !tried.tried(found)) {
            return found;
        }
        for (int i = 1; i < live.length; i++) {
            Candidate other = live[place + i < live.length ? place + i : place + i - live.length];
            if (!tried.tried(other)) {
                return other;
            }
        }
        return null;
    }
}
