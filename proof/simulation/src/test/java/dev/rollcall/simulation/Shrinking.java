package dev.rollcall.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Looks for fewer deeds by which a plan still fails with the same invariant: drops halves, then quarters, and so on down to single ones, as long
 * as that helps.
 */
final class Shrinking {

    private static final int MOST_RUNS = 1_000;

    private final Function<Plan, Simulate.Outcome> player;
    private final int before;
    private final String invariant;
    private Simulate.Outcome best;
    private int runs;

    /** Shrinks a plan whose run ended with a violation. */
    Shrinking(Function<Plan, Simulate.Outcome> player, Simulate.Outcome failed) {
        Plan plan = failed.world().plan;
        this.player = player;
        this.before = plan.ops().size();
        this.best = failed;
        this.invariant = invariant(failed);
        long end = failed.world().scheduler.now() / Scheduler.MILLIS;
        tries(plan.ops().stream().filter(op -> op.time() <= end).toList());
        for (int pieces = 2; runs < MOST_RUNS; ) {
            int size = ops().size();
            boolean fewer = dropOne((size + pieces - 1) / pieces);
            if (!fewer && pieces >= size) {
                return;
            }
            pieces = fewer ? Math.max(2, pieces - 1) : Math.min(size, pieces * 2);
        }
    }

    private static String invariant(Simulate.Outcome outcome) {
        Violation violation = outcome.violation();
        return violation == null ? "" : violation.invariant;
    }

    private List<Op> ops() {
        return best.world().plan.ops();
    }

    /** Drops the first piece of this length without which it still fails. */
    private boolean dropOne(int length) {
        for (int from = 0; from < ops().size(); from += length) {
            List<Op> fewer = new ArrayList<>(ops());
            fewer.subList(from, Math.min(ops().size(), from + length)).clear();
            if (tries(fewer)) {
                return true;
            }
        }
        return false;
    }

    private boolean tries(List<Op> fewer) {
        if (fewer.size() == ops().size()) {
            return false;
        }
        runs++;
        Simulate.Outcome outcome = player.apply(best.world().plan.with(fewer));
        boolean fails = invariant(outcome).equals(invariant);
        if (fails) {
            best = outcome;
        }
        return fails;
    }

    /** The run of what is left. */
    Simulate.Outcome smallest() {
        return best;
    }

    @Override
    public String toString() {
        return "shrunk from " + before + " deeds to " + ops().size() + " in " + runs + " runs";
    }
}
