package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerLaneTest {

    /** A key came ('+'), changed ('=') or went ('-'), with the number of the change. */
    private record Change(String key, char kind, int number) {

        static final ListenerLane.Merge<Change> MERGE = (earlier, later) -> {
            if (earlier.kind == '+') {
                return later.kind == '-' ? List.of() : List.of(new Change(later.key, '+', later.number));
            }
            return earlier.kind == '=' ? List.of(later) : List.of(earlier, later);
        };

        @Override
        public String toString() {
            return key + kind + number;
        }
    }

    private final List<Change> shown = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private ListenerLane<Change> lane(int eager) {
        return new ListenerLane<>(tasks::add, shown::add, Change.MERGE, eager);
    }

    @Test
    void aListenerThatKeepsUpSeesEverything() {
        ListenerLane<Change> lane = lane(1024);
        offer(lane, "a+1 a=2 a-3 a+4 b+5 b-6");
        runAll();
        assertThat(shown).hasToString("[a+1, a=2, a-3, a+4, b+5, b-6]");
    }

    @Test
    void eventsThatComeTogetherAreToldAndMergedAsIfOneAfterTheOther() {
        ListenerLane<Change> lane = lane(2);
        List<Change> together = List.of(new Change("a", '+', 1), new Change("b", '+', 2), new Change("a", '=', 3));
        lane.offer(together, Change::key);
        assertThat(tasks).as("one wake-up").hasSize(1);
        lane.offer(List.of(), Change::key);
        runAll();
        assertThat(shown).hasToString("[b+2, a+3]");
    }

    @Test
    void aSlowListenerSeesWhatIsTrueNow() {
        ListenerLane<Change> lane = lane(0);
        offer(lane, "a+1 b+2 a=3 a=4");
        runAll();
        assertThat(shown).hasToString("[b+2, a+4]");
    }

    @Test
    void aNewIncarnationIsShownAsDownThenUp() {
        ListenerLane<Change> lane = lane(0);
        offer(lane, "a-1 b+2 a+3");
        runAll();
        assertThat(shown).hasToString("[a-1, b+2, a+3]");
    }

    @Test
    void whatCameAndWentUnseenIsNotShownAndTheDownBeforeItIs() {
        ListenerLane<Change> lane = lane(0);
        offer(lane, "a-1 a+2 a-3 b+4 b-5");
        runAll();
        assertThat(shown).hasToString("[a-1]");
    }

    @Test
    void mergingBeginsWhenTheLineIsLong() {
        ListenerLane<Change> lane = lane(3);
        offer(lane, "a+1 a=2 a=3 a=4 a=5 b+6");
        runAll();
        assertThat(shown).hasToString("[a+1, a=2, a=5, b+6]");
    }

    @Test
    void anExceptionIsCountedAndTheNextEventDelivered() {
        ListenerLane<Change> lane = new ListenerLane<>(
                tasks::add,
                change -> {
                    shown.add(change);
                    throw new IllegalStateException("on purpose");
                },
                Change.MERGE);
        List<String> failures = new ArrayList<>();
        lane.onFailure((cause, count) -> failures.add(count + " " + cause.getMessage()));
        offer(lane, "a+1 b+1");
        runAll();
        assertThat(shown).hasSize(2);
        assertThat(lane.failures()).isEqualTo(2);
        assertThat(failures).containsExactly("1 on purpose", "2 on purpose");
    }

    @Test
    void anExecutorThatRefusesForAWhileLosesNothing() {
        boolean[] refusing = {true};
        Executor executor = task -> {
            if (refusing[0]) {
                throw new RejectedExecutionException("on purpose");
            }
            tasks.add(task);
        };
        ListenerLane<Change> lane = new ListenerLane<>(executor, shown::add, Change.MERGE);
        offer(lane, "a+1");
        refusing[0] = false;
        offer(lane, "b+1");
        runAll();
        assertThat(shown).hasToString("[a+1, b+1]");
        assertThat(lane.failures()).isEqualTo(1);
    }

    @Test
    void anExecutorThatRefusesIsAskedAgainThoughNothingNewHappens() {
        Refusing executor = new Refusing();
        ListenerLane<Change> lane = new ListenerLane<>(executor, shown::add, Change.MERGE).retriedBy(executor);
        offer(lane, "a+1 b+1");
        executor.pass();
        executor.pass();
        assertThat(executor.waits).containsExactly(50L, 100L, 200L);
        executor.refuses = false;
        executor.pass();
        runAll();
        assertThat(shown).hasToString("[a+1, b+1]");

        executor.refuses = true;
        offer(lane, "a=2");
        assertThat(executor.waits).endsWith(50L);
        lane.close();
        assertThat(executor.later).isEmpty();
    }

    /** An executor that is full, and the timer beside it. */
    private final class Refusing implements Executor, Timer {

        private final List<Long> waits = new ArrayList<>();
        private final Queue<Runnable> later = new ArrayDeque<>();
        private boolean refuses = true;

        @Override
        public void execute(Runnable task) {
            if (refuses) {
                throw new RejectedExecutionException("on purpose");
            }
            tasks.add(task);
        }

        @Override
        public Handle schedule(long delayNanos, Runnable task) {
            waits.add(Duration.ofNanos(delayNanos).toMillis());
            later.add(task);
            return () -> later.remove(task);
        }

        void pass() {
            later.remove().run();
        }

        @Override
        public void close() {
            later.clear();
        }
    }

    @Test
    void closingDropsAndFinishingDelivers() {
        ListenerLane<Change> closed = lane(10);
        offer(closed, "a+1");
        closed.close();
        offer(closed, "a+2");
        runAll();
        assertThat(shown).isEmpty();

        ListenerLane<Change> finished = lane(10);
        offer(finished, "a+1");
        finished.finish();
        offer(finished, "a+2");
        runAll();
        assertThat(shown).hasToString("[a+1]");
    }

    @Test
    void oneListenerThatHangsHoldsUpNoOther() throws InterruptedException {
        try (CallbackPool pool = CallbackPool.start("rollcall-test", 2)) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch served = new CountDownLatch(100);
            ListenerLane<Integer> hanging =
                    new ListenerLane<>(pool, event -> SerialExecutorTest.await(release), ListenerLane.Merge.latest());
            ListenerLane<Integer> quick =
                    new ListenerLane<>(pool, event -> served.countDown(), ListenerLane.Merge.latest());
            for (int i = 0; i < 100; i++) {
                hanging.offer("k", i);
                quick.offer("k", i);
            }
            SerialExecutorTest.await(served);
            assertThat(hanging.awaitIdle(Duration.ZERO)).isFalse();
            release.countDown();
            assertThat(hanging.awaitIdle(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void underRandomLoadEveryKeyAlternatesEndsRightAndStaysBounded() {
        for (int seed = 0; seed < 200; seed++) {
            randomLoad(new SplittableRandom(seed));
        }
    }

    private void randomLoad(SplittableRandom random) {
        shown.clear();
        tasks.clear();
        int eager = random.nextInt(8);
        ListenerLane<Change> lane = lane(eager);
        Map<String, Integer> truth = new HashMap<>();
        for (int step = 1; step < 300; step++) {
            String key = "k" + random.nextInt(4);
            char kind = !truth.containsKey(key) ? '+' : random.nextInt(3) == 0 ? '-' : '=';
            if (kind == '-') {
                truth.remove(key);
            } else {
                truth.put(key, step);
            }
            lane.offer(key, new Change(key, kind, step));
            if (random.nextInt(20) == 0) {
                runAll();
            }
        }
        int before = shown.size();
        runAll();
        assertThat(shown.size() - before).isLessThanOrEqualTo(eager + 2 * 4);
        Map<String, Integer> belief = new HashMap<>();
        for (Change change : shown) {
            Integer old = change.kind == '-' ? belief.remove(change.key) : belief.put(change.key, change.number);
            assertThat(old == null)
                    .as("%s fits what was shown: %s", change, shown)
                    .isEqualTo(change.kind == '+');
        }
        assertThat(belief).isEqualTo(truth);
        assertThat(shown.stream().map(Change::number))
                .as("in the order of changes")
                .isSorted();
    }

    @Test
    void manyThreadsMayOfferAndTheLastStateIsNeverLost() throws InterruptedException {
        try (CallbackPool pool = CallbackPool.start("rollcall-test", 3)) {
            Map<String, Change> last = new HashMap<>();
            AtomicInteger concurrent = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            ListenerLane<Change> lane = new ListenerLane<>(
                    pool,
                    change -> {
                        overlaps.addAndGet(concurrent.incrementAndGet() - 1);
                        last.put(change.key, change);
                        concurrent.decrementAndGet();
                    },
                    ListenerLane.Merge.latest(),
                    16);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String key = "k" + t;
                Thread thread = new Thread(() -> {
                    for (int i = 1; i <= 20_000; i++) {
                        lane.offer(key, new Change(key, '=', i));
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(lane.awaitIdle(Duration.ofSeconds(20))).isTrue();
            assertThat(overlaps).hasValue(0);
            assertThat(last.values()).hasSize(4).allMatch(change -> change.number == 20_000);
        }
    }

    private static void offer(ListenerLane<Change> lane, String changes) {
        for (String change : changes.split(" ", -1)) {
            String key = change.substring(0, 1);
            lane.offer(key, new Change(key, change.charAt(1), Integer.parseInt(change.substring(2))));
        }
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
