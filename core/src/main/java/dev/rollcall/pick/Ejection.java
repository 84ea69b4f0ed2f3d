package dev.rollcall.pick;

import java.util.ArrayList;
import java.util.List;

/** Who is left out because calls to it failed: decided anew for each table, by one thread at a time, from time and standings alone. */
final class Ejection {

    private final EjectionRules rules;

    Ejection(EjectionRules rules) {
        this.rules = rules;
    }

    /** Gives back whose time is over, and ejects who is accused, the worst first, as far as the largest share allows. */
    void decide(List<Candidate> all, long now) {
        int out = 0;
        List<Candidate> accused = new ArrayList<>();
        for (Candidate candidate : all) {
            Standing standing = candidate.standing();
            if (standing.isEjected() && now - standing.ejectedUntil() >= 0) {
                standing.giveBack(now);
            }
            if (standing.isEjected()) {
                out++;
            } else if (standing.isAccused()) {
                accused.add(candidate);
            }
        }
        accused.sort(Ejection::worstFirst);
        int places = rules.most(all.size()) - out;
        for (int i = 0; i < accused.size() && i < places; i++) {
            accused.get(i).standing().eject(now);
        }
    }

    private static int worstFirst(Candidate one, Candidate other) {
        return Integer.compare(other.standing().failuresInRow(), one.standing().failuresInRow());
    }

    /** Whether so few are left that all are used. */
    boolean panics(List<Candidate> all) {
        int left = 0;
        for (Candidate candidate : all) {
            left += candidate.standing().isEjected() ? 0 : 1;
        }
        return rules.panic(left, all.size());
    }
}
