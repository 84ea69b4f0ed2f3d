package dev.rollcall.pick;

import dev.rollcall.internal.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes two candidates by chance and of these the one that promises to answer sooner: by its calls in flight, its latency, and its weight.
 *
 * <p>One pick in {@value #EXPLORE} is left to chance: who was slow once has to be asked again to be seen to be fast.
 */
final class TwoChoices implements Order {

    private static final int EXPLORE = 64;
    private static final long DICE = 1L << 62;

    private final Group group;
    private final RandomSource random;

    TwoChoices(Group group, RandomSource random) {
        this.group = group;
        this.random = random;
    }

    @Override
    public @Nullable Candidate next(long key, @Nullable Call tried) {
        Candidate[] live = group.live();
        int count = live.length;
        if (count < 2) {
            return count == 0 ? null : group.at(0, tried);
        }
        long dice = random.below(DICE);
        int one = (int) (((dice >>> 34) * count) >>> 28);
        int other = (int) ((((dice >>> 6) & 0xfff_ffff) * (count - 1)) >>> 28);
        if (other >= one) {
            other++;
        }
        boolean explore = dice % EXPLORE == 0;
        int better = explore || cost(live[one]) <= cost(live[other]) ? one : other;
        if (tried == null) {
            return live[better];
        }
        int worse = better == one ? other : one;
        return group.at(tried.tried(live[better]) ? worse : better, tried);
    }

    private static double cost(Candidate candidate) {
        return candidate.standing().cost(candidate.weight());
    }
}
