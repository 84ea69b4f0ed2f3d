package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays random histories of a store (writes, wipes, restores, compactions, strangers) over a random link (breaks, late and lost answers,
 * repeated deliveries) to a reducer, and checks after every step what must always hold. {@code -Drollcall.seed=N} plays one run again.
 */
class SnapshotReducerModelTest {

    private static final int RUNS = Integer.getInteger("rollcall.runs", 1_500);

    @Test
    void whatAViewShowsIsAlwaysARevisionOfTheStoreAndInTheEndTheLastOne() {
        Long one = Long.getLong("rollcall.seed");
        long first = one != null ? one : 1;
        long last = one != null ? one : RUNS;
        int epochs = 0;
        for (long seed = first; seed <= last; seed++) {
            epochs += (int) play(seed);
        }
        if (one == null) {
            assertThat(epochs).as("epochs seen in all runs").isGreaterThan(RUNS);
        }
    }

    private static long play(long seed) {
        World world = new World(seed, false);
        try {
            world.play(150);
            world.heal();
            return world.epochs();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("run again with -Drollcall.seed=" + seed + "\n" + story(seed), e);
        }
    }

    private static String story(long seed) {
        World again = new World(seed, true);
        try {
            again.play(150);
            again.heal();
        } catch (AssertionError | RuntimeException expected) {
            return again.story();
        }
        return "it does not happen again: something in the test is not in the seed's hand";
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRunIsTheSameForTheSameSeed(long seed) {
        World one = new World(seed, true);
        World two = new World(seed, true);
        one.play(100);
        two.play(100);

        assertThat(one.story()).isEqualTo(two.story());
    }
}
