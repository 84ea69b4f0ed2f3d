package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.internal.RandomSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WeightCycleTest {

    @Test
    void overAnyCycleEachHasExactlyItsWeight() {
        RandomSource random = RandomSource.seeded(11);
        for (int round = 0; round < 300; round++) {
            int[] weights = new int[1 + (int) random.below(12)];
            Arrays.setAll(weights, i -> 1 + (int) random.below(1 + random.below(60)));
            WeightCycle cycle = WeightCycle.of(weights);
            Turns turns = new Turns(random.below(1_000));
            for (int again = 0; again < 3; again++) {
                int[] had = new int[weights.length];
                for (long i = 0; i < cycle.length(); i++) {
                    had[cycle.next(turns)]++;
                }
                int divisor = weights[0] / had[0];
                for (int i = 0; i < weights.length; i++) {
                    assertThat(had[i] * divisor)
                            .as("%s", Arrays.toString(weights))
                            .isEqualTo(weights[i]);
                }
            }
        }
    }

    @Test
    void turnsOfOneAreSpreadEvenly() {
        int[] weights = {5, 1, 1};
        WeightCycle cycle = WeightCycle.of(weights);
        Turns turns = new Turns(0);
        int[] places = new int[21];
        Arrays.setAll(places, i -> cycle.next(turns));
        for (int i = 0; i + 4 <= places.length; i++) {
            int[] window = Arrays.copyOfRange(places, i, i + 4);
            assertThat(Arrays.stream(window).filter(place -> place == 0).count())
                    .as("of four in %s", Arrays.toString(places))
                    .isBetween(2L, 3L);
        }
    }

    @Test
    void howUnevenItEverGets() {
        RandomSource random = RandomSource.seeded(12);
        for (int round = 0; round < 100; round++) {
            int[] weights = new int[2 + (int) random.below(10)];
            Arrays.setAll(weights, i -> 1 + (int) random.below(100));
            WeightCycle cycle = WeightCycle.of(weights);
            Turns turns = new Turns(0);
            double[] had = new double[weights.length];
            double sum = Arrays.stream(weights).sum();
            for (long i = 1; i <= cycle.length(); i++) {
                had[cycle.next(turns)]++;
                for (int place = 0; place < weights.length; place++) {
                    assertThat(Math.abs(had[place] - i * weights[place] / sum))
                            .as("turns ahead or behind")
                            .isLessThan(weights.length);
                }
            }
        }
    }

    @Test
    void whatIsExtremeWorksToo() {
        Turns turns = new Turns(Long.MAX_VALUE - 5);
        assertThat(WeightCycle.of(new int[0]).length()).isZero();
        int[] weights = new int[10_000];
        Arrays.fill(weights, 65_535);
        weights[17] = 1;
        WeightCycle cycle = WeightCycle.of(weights);
        assertThat(cycle.length()).isEqualTo(9_999L * 65_535 + 1);
        int[] had = new int[weights.length];
        for (int i = 0; i < 99_990; i++) {
            had[cycle.next(turns)]++;
        }
        assertThat(Arrays.stream(had).max().orElse(0)).isLessThanOrEqualTo(11);
    }
}
