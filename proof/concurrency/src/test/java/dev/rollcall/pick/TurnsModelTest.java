package dev.rollcall.pick;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TurnsModelTest {

    /** Two threads and three turns each, so that they meet, part, and go on. */
    @Test
    void noTurnIsGivenTwiceAndEachStripeGoesOnWhereItWas() {
        Interleavings.of(100, () -> {
            Turns turns = new Turns(0);
            long[][] drawn = new long[2][3];
            together(
                    () -> Arrays.setAll(drawn[0], i -> turns.next()), () -> Arrays.setAll(drawn[1], i -> turns.next()));
            long[] all = Arrays.copyOf(drawn[0], 6);
            System.arraycopy(drawn[1], 0, all, 3, 3);
            holds(Arrays.stream(all).distinct().count() == 6, "a turn was given twice: " + Arrays.toString(all));
            long ofTheFirst = Arrays.stream(all).filter(turn -> turn < 6).count();
            holds(
                    Arrays.stream(all).filter(turn -> turn < ofTheFirst).count() == ofTheFirst,
                    "a turn was left out: " + Arrays.toString(all));
            holds(turns.stripes() > 1 || ofTheFirst == 6, "another stripe without need");
        });
    }

    @Test
    void aCycleOfWeightsThatTwoWalkTogetherIsWhole() {
        int[] weights = {2, 1};
        WeightCycle cycle = WeightCycle.of(weights);
        Interleavings.of(100, () -> {
            Turns turns = new Turns(0);
            int[][] drawn = new int[2][1];
            int first = cycle.next(turns);
            together(() -> drawn[0][0] = cycle.next(turns), () -> drawn[1][0] = cycle.next(turns));
            holds(first + drawn[0][0] + drawn[1][0] == 1, "not two of one and one of the other");
        });
    }
}
