package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.internal.RandomSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
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
            AtomicLong turn = new AtomicLong(random.below(1_000));
            for (int again = 0; again < 3; again++) {
                int[] had = new int[weights.length];
                for (long i = 0; i < cycle.length(); i++) {
                    had[cycle.next(turn)]++;
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
        AtomicLong turn = new AtomicLong();
        int[] turns = new int[21];
        Arrays.setAll(turns, i -> cycle.next(turn));
        for (int i = 0; i + 4 <= turns.length; i++) {
            int[] window = Arrays.copyOfRange(turns, i, i + 4);
            assertThat(Arrays.stream(window).filter(place -> place == 0).count())
                    .as("of four in %s", Arrays.toString(turns))
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
            AtomicLong turn = new AtomicLong();
            double[] had = new double[weights.length];
            double sum = Arrays.stream(weights).sum();
            for (long i = 1; i <= cycle.length(); i++) {
                had[cycle.next(turn)]++;
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
        AtomicLong turn = new AtomicLong(Long.MAX_VALUE - 5);
        assertThat(WeightCycle.of(new int[0]).length()).isZero();
        int[] weights = new int[10_000];
        Arrays.fill(weights, 65_535);
        weights[17] = 1;
        WeightCycle cycle = WeightCycle.of(weights);
        assertThat(cycle.length()).isEqualTo(9_999L * 65_535 + 1);
        int[] had = new int[weights.length];
        for (int i = 0; i < 99_990; i++) {
            had[cycle.next(turn)]++;
        }
        assertThat(Arrays.stream(had).max().orElse(0)).isLessThanOrEqualTo(11);
    }
}
