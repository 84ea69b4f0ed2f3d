package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Opened and closed again and again, nothing stays behind: no thread, no watch, no lease, no heap. Two hundred times in every build; a thousand with
 * {@code -Drollcall.lives=1000}.
 */
@Timeout(240)
class ManyLivesTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LIVES = Integer.getInteger("rollcall.lives", 200);
    private static final int WARM = LIVES / 2;

    /** What one life may leave in the heap on average, and what compiled code, caches and counters may come to in all. */
    private static final long BYTES_A_LIFE = 4_000;

    private static final long BYTES_IN_ALL = 2_000_000;

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static Rollcall connect() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    @Test
    void manyRollcallsLeaveNothingBehind() {
        live(WARM, ManyLivesTest::wholeLife);
        long before = heap();
        live(LIVES - WARM, ManyLivesTest::wholeLife);
        judge(before, LIVES - WARM);
        assertThat(threads()).isEmpty();
        await().until(() -> etcd.etcd().openWatches() == 0);
        assertThat(etcd.etcd().liveLeases()).isEmpty();
    }

    @Test
    void manyViewsAndRegistrationsOfOneLeaveNothingBehind() {
        try (Rollcall rollcall = connect()) {
            live(WARM, () -> partOfALife(rollcall));
            long before = heap();
            int watches = etcd.etcd().openWatches();
            live(LIVES - WARM, () -> partOfALife(rollcall));
            judge(before, LIVES - WARM);
            await().until(() -> etcd.etcd().openWatches() <= watches);
            assertThat(etcd.etcd().liveLeases()).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static void wholeLife() {
        try (Rollcall rollcall = connect()) {
            partOfALife(rollcall);
        }
    }

    private static void partOfALife(Rollcall rollcall) {
        try (Registration me = rollcall.register(Instance.of("user", "1", "10.0.0.7:8080"));
                ServiceView view = rollcall.discover("user")) {
            me.awaitRegistered(SOON);
            view.awaitInstances(1, SOON);
        }
    }

    private static void live(int lives, Runnable life) {
        for (int i = 0; i < lives; i++) {
            life.run();
        }
    }

    private static void judge(long before, int lives) {
        assertThat(heap() - before).as("bytes left by %d lives", lives).isLessThan(BYTES_IN_ALL + lives * BYTES_A_LIFE);
    }

    /** Bytes in use after collection, once it falls no more. */
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            unchanged = used < least - 50_000 ? 0 : unchanged + 1;
            least = Math.min(least, used);
        }
        return least;
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean server = thread.getName().startsWith("rollcall-etcd-server");
            if (thread.getName().startsWith("rollcall-") && !server) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
