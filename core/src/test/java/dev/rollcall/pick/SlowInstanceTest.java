package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten instances that work on one call at a time, in virtual time: nine take 10 ms on average, the tenth takes longer. Calls come by chance, half as many as
 * the nine could bear.
 */
@Timeout(120)
class SlowInstanceTest {

    private static final int INSTANCES = 10;
    private static final int CALLS = 60_000;
    private static final double WORK = 10e6;
    private static final double BETWEEN = WORK / (0.5 * (INSTANCES - 1));

    private record Ending(long at, Call call) {}

    /** Twice as slow it can just bear its share; ten times as slow it cannot, and in turns its queue grows without end. */
    @ParameterizedTest
    @CsvSource({"2, 4", "10, 1000"})
    void theBetterOfTwoAvoidsWhoIsSlow(double slowness, int times) {
        long[] roundRobin = latencies(PickStrategy.roundRobin(), slowness);
        long[] leastLoaded = latencies(PickStrategy.leastLoaded(), slowness);
        String figures = slowness + " times as slow: p50/p99/max in ms: round-robin " + line(roundRobin)
                + ", least loaded " + line(leastLoaded);
        assertThat(percentile(leastLoaded, 99) * times).as(figures).isLessThan(percentile(roundRobin, 99));
        assertThat(percentile(leastLoaded, 99)).as(figures).isLessThan(80_000_000);
    }

    @Test
    void whoRecoversIsUsedAgain() {
        PickRig rig = new PickRig(PickStrategy.leastLoaded(), PickRig.users(3));
        for (Instance user : PickRig.users(3)) {
            rig.picker().succeeded(user, Duration.ofMillis(user.id().equals("user-00001:80") ? 500 : 5));
        }
        SplittableRandom random = new SplittableRandom(1);
        int picks = 0;
        int since = 0;
        while (since < 100 && picks < 20_000) {
            picks++;
            try (Call call = rig.picker().start()) {
                rig.pass(Duration.ofNanos(3_000_000 + random.nextLong(4_000_000)));
                since += call.instance().id().equals("user-00001:80") ? 1 : 0;
            }
        }
        assertThat(since).as("calls to it of %d", picks).isEqualTo(100);
        assertThat(picks).isLessThan(3_000);
    }

    private static long[] latencies(PickStrategy strategy, double slowness) {
        PickRig rig = new PickRig(strategy, PickRig.users(INSTANCES));
        SplittableRandom random = new SplittableRandom(42);
        PriorityQueue<Ending> endings = new PriorityQueue<>((a, b) -> Long.compare(a.at() - b.at(), 0));
        Map<String, Long> freeAt = new HashMap<>();
        long[] latencies = new long[CALLS];
        long now = 0;
        for (int i = 0; i < CALLS; i++) {
            long next = now + exponential(random, BETWEEN);
            while (!endings.isEmpty() && endings.peek().at() <= next) {
                Ending ending = endings.remove();
                rig.pass(Duration.ofNanos(ending.at() - now));
                now = ending.at();
                ending.call().close();
            }
            rig.pass(Duration.ofNanos(next - now));
            now = next;
            Call call = rig.picker().start();
            String id = call.instance().id();
            long work = exponential(random, id.equals("user-00003:80") ? WORK * slowness : WORK);
            long end = Math.max(now, freeAt.getOrDefault(id, 0L)) + work;
            freeAt.put(id, end);
            endings.add(new Ending(end, call));
            latencies[i] = end - now;
        }
        Arrays.sort(latencies);
        return latencies;
    }

    private static long exponential(SplittableRandom random, double mean) {
        return (long) (-mean * Math.log(1 - random.nextDouble()));
    }

    private static long percentile(long[] ascending, int percent) {
        return ascending[(int) ((long) ascending.length * percent / 100)];
    }

    private static String line(long[] ascending) {
        return percentile(ascending, 50) / 1_000_000 + "/" + percentile(ascending, 99) / 1_000_000 + "/"
                + ascending[ascending.length - 1] / 1_000_000;
    }
}
