package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class CandidatesTest {

    private static final Instance A = Instance.of("user", "a:1");
    private static final Instance B = Instance.of("user", "b:1");
    private static final Instance C = Instance.of("user", "c:1");

    static Stream<PickStrategy> all() {
        return PickStrategyTest.all();
    }

    /** A filter is asked once for each instance in each build. */
    private static InstanceFilter counting(AtomicInteger builds) {
        return InstanceFilter.of("counted", one -> {
            if (one.id().equals(A.id())) {
                builds.incrementAndGet();
            }
            return true;
        });
    }

    @Test
    void aTableIsBuiltEveryTenMillisecondsAtMostWhateverTheChurn() {
        AtomicInteger builds = new AtomicInteger();
        PickRig rig = new PickRig(PickStrategy.roundRobin().where(counting(builds)), A, B);
        rig.picks(1);
        assertThat(builds.getAndSet(0)).as("the first").isEqualTo(1);
        for (int i = 0; i < 10_000; i++) {
            rig.showAtOnce(A, i % 2 == 0 ? C : B);
            rig.picks(3);
            rig.picker().failed(A, Duration.ZERO, new RuntimeException());
            rig.pass(Duration.ofNanos(100_000));
        }
        assertThat(builds.get()).as("in a second").isBetween(99, 101);
    }

    @Test
    void aPickBuildsNothingWhereNothingChanged() {
        AtomicInteger builds = new AtomicInteger();
        PickRig rig = new PickRig(PickStrategy.roundRobin().where(counting(builds)), A, B);
        rig.pass(Duration.ofHours(1)).picks(100);
        rig.succeed(A, 5);
        rig.picks(5);
        assertThat(builds.get()).isEqualTo(1);
    }

    @Test
    void theFirstChangeAfterACalmCountsAtOnceAndTheLastIsNeverForgotten() {
        PickRig rig = new PickRig(PickStrategy.first(), B, C);
        rig.pass(Duration.ofMillis(10)).showAtOnce(A, B, C);
        assertThat(rig.picks(1)).containsExactly(A);
        rig.showAtOnce(B, C);
        rig.showAtOnce(C);
        assertThat(rig.picks(1)).as("too soon").containsExactly(A);
        rig.pass(Duration.ofMillis(10));
        assertThat(rig.picks(1)).containsExactly(C);
    }

    @Test
    void whoWouldFindNobodyLooksAgainAtOnce() {
        PickRig rig = new PickRig(PickStrategy.first());
        assertThat(rig.picker().tryPick()).isEmpty();
        rig.showAtOnce(A);
        assertThat(rig.picker().tryPick()).contains(A);
        rig.showAtOnce(B, C);
        try (Call call = rig.picker().start()) {
            assertThat(call.instance()).as("too soon").isEqualTo(A);
            call.failed(new RuntimeException());
            assertThat(call.retry()).isTrue();
            assertThat(call.instance()).isEqualTo(B);
        }
    }

    @Test
    void whoPicksWhileAnotherBuildsTakesWhatThereIsAndNobodyGoesBack() {
        List<PickRig> rigs = new ArrayList<>();
        List<Instance> pickedMeanwhile = new ArrayList<>();
        InstanceFilter slow = InstanceFilter.of("anything", one -> {
            if (one.equals(B) && pickedMeanwhile.isEmpty()) {
                rigs.get(0).showAtOnce(C);
                Thread other = new Thread(
                        () -> pickedMeanwhile.add(rigs.get(0).picker().pick()));
                other.start();
                joined(other);
            }
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.first().where(slow), A);
        rigs.add(rig);
        rig.show(B);
        assertThat(rig.picks(3)).containsOnly(B);
        assertThat(pickedMeanwhile).containsExactly(A);
        assertThat(rig.pass(Duration.ofMillis(10)).picks(1)).containsExactly(C);
    }

    @Test
    void whoFindsNobodyWaitsForWhoBuildsAndDoesNotSpin() {
        List<PickRig> rigs = new ArrayList<>();
        List<Instance> found = new ArrayList<>();
        List<Thread> waiting = new ArrayList<>();
        List<Long> processorTime = new ArrayList<>();
        InstanceFilter slow = InstanceFilter.of("anything", one -> {
            if (waiting.isEmpty()) {
                Thread other = new Thread(() -> {
                    found.add(rigs.get(0).picker().pick());
                    processorTime.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
                });
                waiting.add(other);
                other.start();
                long began = System.nanoTime();
                while (other.getState() != Thread.State.TIMED_WAITING && System.nanoTime() - began < 1_000_000_000L) {
                    Thread.onSpinWait();
                }
            }
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.first().where(slow));
        rigs.add(rig);
        rig.showAtOnce(A);
        assertThat(rig.picks(1)).containsExactly(A);
        joined(waiting.get(0));
        assertThat(found).containsExactly(A);
        assertThat(processorTime.get(0))
                .as("of the wait, in nanoseconds")
                .isLessThan(Duration.ofMillis(300).toNanos());
    }

    @Test
    void aFilterThatPicksFromItsOwnPickerFindsWhatThereWas() {
        List<PickRig> rigs = new ArrayList<>();
        List<Instance> found = new ArrayList<>();
        InstanceFilter curious = InstanceFilter.of("curious", one -> {
            rigs.forEach(rig -> found.add(rig.picker().pick()));
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.first().where(curious), A);
        rigs.add(rig);
        assertThat(rig.show(B).picks(1)).containsExactly(B);
        assertThat(found).containsExactly(A);
    }

    @Test
    void aFilterThatPicksFromItsOwnEmptyPickerDoesNotWaitForItself() {
        List<PickRig> rigs = new ArrayList<>();
        List<Object> found = new ArrayList<>();
        List<Long> waits = new ArrayList<>();
        InstanceFilter curious = InstanceFilter.of("curious", one -> {
            rigs.forEach(rig -> {
                long before = waits();
                found.add(catchThrowableOfType(
                                NoInstanceException.class, () -> rig.picker().pick())
                        .leftOut());
                waits.add(waits() - before);
            });
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.first().where(curious));
        rigs.add(rig);
        rig.showAtOnce(A, B);
        assertThat(rig.picks(1)).containsExactly(A);
        assertThat(found).containsExactly(List.of(), List.of());
        assertThat(waits).containsExactly(0L, 0L);
    }

    /** How often this thread waited for anything. */
    private static long waits() {
        return ManagementFactory.getThreadMXBean()
                .getThreadInfo(Thread.currentThread().getId())
                .getWaitedCount();
    }

    /** A builder in the middle of its first table with somebody in it. */
    private static final class Building {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final PickRig rig = new PickRig(PickStrategy.first().where(InstanceFilter.of("anything", one -> {
            begun.countDown();
            try {
                return goOn.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                return false;
            }
        })));
        private final Thread builder = new Thread(() -> rig.picks(1));

        Building() throws InterruptedException {
            rig.showAtOnce(A);
            builder.start();
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void goOn() {
            goOn.countDown();
            joined(builder);
        }
    }

    @Test
    void whoTriesToPickDoesNotWaitForWhoBuilds() throws InterruptedException {
        Building building = new Building();
        long before = waits();
        assertThat(building.rig.picker().tryPick()).isEmpty();
        assertThat(waits() - before).isZero();
        building.goOn();
        assertThat(building.rig.picker().tryPick()).contains(A);
    }

    /** A pick waits ten milliseconds at most, which a busy machine may take from a thread that has just seen it wait: then once more. */
    @Test
    void whoWaitsForWhoBuildsStaysInterrupted() throws InterruptedException {
        Optional<Object> picked = Optional.empty();
        for (int i = 0; i < 50 && picked.isEmpty(); i++) {
            picked = pickedByOneWhoIsInterrupted();
        }
        assertThat(picked).contains(A);
    }

    private static Optional<Object> pickedByOneWhoIsInterrupted() throws InterruptedException {
        Building building = new Building();
        List<Object> picked = new ArrayList<>();
        List<Boolean> interrupted = new ArrayList<>();
        Thread waiter = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                picked.add(building.rig.picker().pick());
            } catch (NoInstanceException tooLate) {
                // Seen by what is not picked.
            }
            interrupted.add(Thread.interrupted());
        });
        waiter.start();
        long began = System.nanoTime();
        while (waiter.getState() != Thread.State.TIMED_WAITING && waiter.isAlive()) {
            assertThat(System.nanoTime() - began).isLessThan(10_000_000_000L);
            Thread.onSpinWait();
        }
        building.goOn();
        joined(waiter);
        assertThat(interrupted).containsExactly(true);
        return picked.stream().findFirst();
    }

    @Test
    void whoWaitsForWhoBuildsDoesNotWaitForEver() throws InterruptedException {
        Building building = new Building();
        assertThatThrownBy(() -> building.rig.picker().pick())
                .as("though the clock stands still")
                .isInstanceOf(NoInstanceException.class);
        building.goOn();
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What lasts is counted from the second round on: the first shows what the compiler still had to learn. */
    @ParameterizedTest
    @MethodSource("all")
    void aPickAllocatesNothing(PickStrategy strategy) {
        Instance[] users = PickRig.users(100);
        Arrays.setAll(
                users,
                i -> users[i].toBuilder()
                        .weight(50 + i % 3 * 50)
                        .zone("z" + i % 2)
                        .build());
        Snapshot snapshot = Snapshot.of("user", List.of(users));
        Picker picker = strategy.where(InstanceFilter.of("all", one -> true))
                .preferZone("z1", 5)
                .slowStart(Duration.ofSeconds(1))
                .over(
                        new Candidates.Source(() -> snapshot, () -> snapshot),
                        TimeSource.system(),
                        RandomSource.system());
        assertThat(leastAllocated(() -> picker.pick())).isZero();
        assertThat(leastAllocated(() -> picker.pick("a key"))).isZero();
        assertThat(leastAllocated(() -> picker.succeeded(users[3], Duration.ZERO)))
                .isZero();
    }

    private static long leastAllocated(Runnable deed) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                deed.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @ParameterizedTest
    @MethodSource("all")
    void manyThreadsPickAndTellWhileEverythingChanges(PickStrategy strategy) throws InterruptedException {
        Instance[] users = PickRig.users(20);
        PickRig rig = new PickRig(
                strategy.ejecting(EjectionRules.defaults().withMostPercent(50)),
                bound -> ThreadLocalRandom.current().nextLong(bound),
                users);
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    try (Call call = rig.picker().start(i)) {
                        if (i % 3 == 0) {
                            call.failed(new RuntimeException());
                            call.retry();
                        }
                    }
                }
            });
            thread.setUncaughtExceptionHandler((failed, e) -> faults.add(String.valueOf(e)));
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; threads.stream().anyMatch(Thread::isAlive); i++) {
            rig.show(i % 2 == 0 ? users : Arrays.copyOf(users, 10));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).isEmpty();
        for (int round = 0; round < 3; round++) { // who is accused but could not be ejected is forgiven or has its turn
            rig.show(users).pass(EjectionRules.defaults().longest());
            rig.picks(1);
            Arrays.stream(users).forEach(user -> rig.succeed(user, 1));
        }
        Set<Instance> tried = new HashSet<>();
        try (Call call = rig.picker().start()) {
            do {
                tried.add(call.instance());
            } while (call.retry());
        }
        assertThat(tried).as("nobody got lost").hasSize(20);
    }

    @Test
    void whatIsLeftOutIsToldInTheOrderOfIds() {
        EjectionRules rules = EjectionRules.defaults();
        PickRig rig = new PickRig(
                PickStrategy.roundRobin()
                        .where(InstanceFilter.of("not b", one -> !one.equals(B)))
                        .ejecting(rules),
                A,
                B,
                C);
        rig.picks(1);
        rig.fail(C, 3);
        rig.picks(1);
        assertThat(rig.picker().leftOut()).extracting(LeftOut::instance).containsExactly(B, C);
        assertThat(rig.picks(4)).containsOnly(A);
    }
}
