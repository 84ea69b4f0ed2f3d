package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

    private static final int THREADS = 4;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    /** As if somebody else had been faster. */
    private static void meet(Turns turns) {
        assertThat(turns.pass(turns.mine(), Long.MAX_VALUE - 1, 1)).isFalse();
    }

    @Test
    void threadsThatNeverMeetShareOneOrder() throws Exception {
        Turns turns = new Turns(7);
        for (long i = 7; i < 1_000; i++) {
            assertThat(threads.submit(turns::next).get()).isEqualTo(i);
        }
        assertThat(turns.stripes()).isOne();
    }

    @Test
    void whoMeetAreSetApartUpToABound() {
        Turns turns = new Turns(3);
        meet(turns);
        assertThat(turns.stripes()).isEqualTo(2);
        for (int i = 0; i < 20; i++) {
            meet(turns);
        }
        assertThat(turns.stripes())
                .isBetween(
                        Runtime.getRuntime().availableProcessors(),
                        8 * Runtime.getRuntime().availableProcessors());
        long next = turns.next();
        assertThat(turns.next()).as("whoever is alone has them in order").isEqualTo(next + 1);
    }

    @Test
    void noTwoStripesBeginAtOnePlaceOfARingThatHasAPlaceForEach() {
        for (int places = 2; places <= 256; places++) {
            Set<Long> starts = new HashSet<>();
            for (int stripe = 0; stripe < places; stripe++) {
                starts.add(Turns.start(7, stripe) % places);
            }
            assertThat(starts).as("of %s", places).hasSize(places);
        }
    }

    @Test
    void eachTurnIsGivenOnce() throws Exception {
        Turns turns = new Turns(5);
        List<Future<List<Long>>> drawn = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            drawn.add(threads.submit(() -> {
                List<Long> mine = new ArrayList<>();
                for (int turn = 0; turn < 50_000; turn++) {
                    mine.add(turns.next());
                }
                return mine;
            }));
        }
        Set<Long> all = new HashSet<>();
        for (Future<List<Long>> mine : drawn) {
            all.addAll(mine.get());
        }
        assertThat(all).hasSize(THREADS * 50_000);
    }

    @Test
    void amongSeveralThreadsNoInstanceIsAheadByMoreThanTheStripes() throws Exception {
        Turns turns = new Turns(5);
        for (int meetings = 0; meetings < 3; meetings++) {
            int[] had = drawn(13, () -> (int) (turns.next() % 13));
            assertThat(Arrays.stream(had).max().orElseThrow()
                            - Arrays.stream(had).min().orElseThrow())
                    .isLessThanOrEqualTo(turns.stripes());
            meet(turns);
        }
    }

    @Test
    void amongSeveralThreadsWeightsAreMissedByFewTurnsForEachStripe() throws Exception {
        RandomSource random = RandomSource.seeded(13);
        for (int round = 0; round < 10; round++) {
            int[] weights = new int[2 + (int) random.below(10)];
            Arrays.setAll(weights, i -> 1 + (int) random.below(100));
            WeightCycle cycle = WeightCycle.of(weights);
            Turns turns = new Turns(random.below(1_000));
            meet(turns);
            int[] had = drawn(weights.length, () -> cycle.next(turns));
            double sum = Arrays.stream(weights).sum();
            double all = Arrays.stream(had).sum();
            for (int place = 0; place < weights.length; place++) {
                assertThat(Math.abs(had[place] - all * weights[place] / sum))
                        .as("%s in %s stripes", Arrays.toString(weights), turns.stripes())
                        .isLessThan(2.0 * weights.length * turns.stripes());
            }
        }
    }

    /** How often each place is drawn by all threads, each with another number of turns. */
    private int[] drawn(int places, IntSupplier draw) throws Exception {
        AtomicIntegerArray counts = new AtomicIntegerArray(places);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 1; i <= THREADS; i++) {
            int turns = 20_011 * i;
            running.add(threads.submit(() -> {
                for (int turn = 0; turn < turns; turn++) {
                    counts.incrementAndGet(draw.getAsInt());
                }
            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        int[] had = new int[places];
        Arrays.setAll(had, counts::get);
        return had;
    }

    @Test
    void aWholeCycleOfOneThreadIsExactAlsoInAStripeOfItsOwn() {
        Instance[] users = PickRig.users(4);
        users[1] = users[1].toBuilder().weight(50).build();
        users[2] = users[2].toBuilder().weight(350).build();
        WeightCycle cycle =
                WeightCycle.of(Arrays.stream(users).mapToInt(Instance::weight).toArray());
        Turns turns = new Turns(0);
        for (int meetings = 0; meetings < 4; meetings++) {
            int[] had = new int[4];
            for (int i = 0; i < 12; i++) {
                had[cycle.next(turns)]++;
            }
            assertThat(had).containsExactly(2, 1, 7, 2);
            meet(turns);
        }
    }
}
