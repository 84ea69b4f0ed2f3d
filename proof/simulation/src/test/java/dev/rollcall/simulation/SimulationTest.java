package dev.rollcall.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The parts of the library and the server in virtual time. */
class SimulationTest {

    @BeforeAll
    static void quiet() {
        Logs.quiet();
    }

    @Test
    void theSameSeedIsTheSameStory() {
        for (long seed = 1; seed <= 3; seed++) {
            Plan plan = Plan.of(seed, 10, true);
            assertThat(Simulate.play(plan).world().scheduler.trace())
                    .isEqualTo(Simulate.play(plan).world().scheduler.trace());
        }
    }

    @Test
    void nothingHappensThatNeverHappensWhileAllIsWell() {
        Simulate all = new Simulate();
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(all.play(seed, false).violation()).as("seed " + seed).isNull();
        }
        assertThat(all.hours()).isGreaterThan(3);
    }
}
