package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.internal.RandomSource;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PickStrategyTest {

    private static final Instance A = Instance.of("user", "a:1");
    private static final Instance B = Instance.of("user", "b:1");
    private static final Instance C = Instance.of("user", "c:1");

    private volatile Snapshot shown = snapshot(A, B, C);

    private final Picker roundRobin = new RoundRobinPicker(new Candidates(() -> shown), bound -> 0);
    private final Picker random = new RandomPicker(new Candidates(() -> shown), RandomSource.seeded(3));

    @Test
    void roundRobinTakesOneAfterTheOther() {
        assertThat(picks(roundRobin, 7)).containsExactly(A, B, C, A, B, C, A);
        assertThat(roundRobin.tryPick()).contains(B);
    }

    @Test
    void roundRobinBeginsSomewhere() {
        assertThat(new RoundRobinPicker(new Candidates(() -> shown), bound -> 4).pick())
                .isEqualTo(B);
    }

    @Test
    void randomTakesEachAboutEquallyOften() {
        Map<Instance, Integer> counts = new HashMap<>();
        picks(random, 9_000).forEach(picked -> counts.merge(picked, 1, Integer::sum));
        assertThat(counts)
                .hasSize(3)
                .allSatisfy((instance, count) -> assertThat(count).isBetween(2_800, 3_200));
        assertThat(random.tryPick()).isPresent();
    }

    @Test
    void aNewSnapshotCountsAtOnce() {
        roundRobin.pick();
        shown = snapshot(C);
        assertThat(picks(roundRobin, 3)).containsOnly(C);
        assertThat(picks(random, 3)).containsOnly(C);
        shown = snapshot(A, C);
        assertThat(picks(roundRobin, 4)).containsOnly(A, C);
    }

    @Test
    void onlyWhatWantsWorkAndHasAnEndpointIsPicked() {
        Instance text = Instance.builder("user").id("t").text("no address").build();
        shown = snapshot(A, B.withStatus(InstanceStatus.PAUSED), C.withStatus(InstanceStatus.LEAVING), text);
        assertThat(picks(roundRobin, 5)).containsOnly(A);
        assertThat(picks(random, 5)).containsOnly(A);
    }

    @Test
    void withNothingToPickItSaysWhatIsThere() {
        shown = snapshot(
                B.withStatus(InstanceStatus.PAUSED),
                Instance.builder("user").id("t").text("x").build());
        assertThatThrownBy(roundRobin::pick)
                .isInstanceOfSatisfying(
                        NoInstanceException.class, e -> assertThat(e.service()).isEqualTo("user"))
                .hasMessageContaining(
                        "no instance of user can be picked: 2 registered, 1 of them paused or leaving, 1 up without an endpoint")
                .hasMessageContaining("LIVE, revision 1");
        assertThat(roundRobin.tryPick()).isEmpty();
        shown = snapshot();
        assertThatThrownBy(random::pick).hasMessageContaining("none is registered");
        assertThat(random.tryPick()).isEmpty();
    }

    @Test
    void aPickAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Picker picker = new RandomPicker(new Candidates(() -> shown), RandomSource.system());
        for (int i = 0; i < 50_000; i++) {
            roundRobin.pick();
            picker.pick();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            roundRobin.pick();
            picker.pick();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    @Test
    void manyThreadsPickFairlyWhileSnapshotsChange() throws InterruptedException {
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        Map<Instance, Integer> counts = new HashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                Map<Instance, Integer> own = new HashMap<>();
                for (int i = 0; i < 30_000; i++) {
                    own.merge(roundRobin.pick(), 1, Integer::sum);
                }
                synchronized (counts) {
                    own.forEach((instance, count) -> counts.merge(instance, count, Integer::sum));
                }
            });
            thread.setUncaughtExceptionHandler((failed, e) -> faults.add(String.valueOf(e)));
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < 2_000; i++) {
            shown = i % 2 == 0 ? snapshot(A) : snapshot(A, B, C);
        }
        shown = snapshot(A, B, C);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).isEmpty();
        assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(120_000);
        assertThat(counts.keySet()).isSubsetOf(A, B, C).contains(A);
    }

    private static List<Instance> picks(Picker picker, int count) {
        List<Instance> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picked.add(picker.pick());
        }
        return picked;
    }

    private static Snapshot snapshot(Instance... instances) {
        return Snapshot.of("user", List.of(instances));
    }
}
