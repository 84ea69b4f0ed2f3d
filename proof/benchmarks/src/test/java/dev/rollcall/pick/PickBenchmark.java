package dev.rollcall.pick;

import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A pick, of one picker by one thread or several ({@code -t}), while instances come and go or while all is quiet. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBenchmark {

    /** What all threads share. */
    @State(Scope.Benchmark)
    public static class Service {

        private static final int VARIANTS = 50;
        private static final int PACE = 10;

        @Param({"10", "1000", "10000"})
        int instances;

        @Param({"0", "1000"})
        int changesPerSecond;

        @Param({"roundRobin", "random", "weighted", "leastLoaded", "consistentHash"})
        String strategy = "";

        private final List<Snapshot> variants = new ArrayList<>();
        private volatile Snapshot latest = Snapshot.of("user", List.of());
        private volatile Snapshot paced = latest;
        private volatile boolean over;
        private Thread churn = new Thread();
        private Picker picker = picker(PickStrategy.random());

        private Picker picker(PickStrategy chosen) {
            Candidates.Source source = new Candidates.Source(() -> paced, () -> latest);
            return chosen.over(source, TimeSource.system(), RandomSource.system());
        }

        /** Starts the churn: snapshots as a view publishes them, one in a millisecond, and one in ten of them paced. */
        @Setup
        public void start() {
            List<Instance> all = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                int weight = strategy.equals("weighted") ? 50 + i % 4 * 50 : Instance.DEFAULT_WEIGHT;
                all.add(Instance.builder("user")
                        .endpoint("10.0." + i / 250 + "." + i % 250, 8080)
                        .weight(weight)
                        .build());
            }
            for (int gone = 0; gone < (changesPerSecond == 0 ? 1 : VARIANTS); gone++) {
                List<Instance> some = new ArrayList<>(all);
                some.remove(gone * 7 % instances);
                variants.add(Snapshot.of("user", some));
            }
            latest = variants.get(0);
            paced = latest;
            picker = picker(strategy());
            churn = new Thread(this::change, "churn");
            churn.start();
        }

        private PickStrategy strategy() {
            return switch (strategy) {
                case "roundRobin" -> PickStrategy.roundRobin();
                case "random" -> PickStrategy.random();
                case "weighted" -> PickStrategy.weighted();
                case "leastLoaded" -> PickStrategy.leastLoaded();
                default -> PickStrategy.consistentHash();
            };
        }

        private void change() {
            for (int i = 0; !over && changesPerSecond > 0; i++) {
                latest = variants.get(i % variants.size());
                if (i % PACE == 0) {
                    paced = latest;
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / changesPerSecond);
            }
        }

        /** Ends the churn. */
        @TearDown
        public void stop() throws InterruptedException {
            over = true;
            churn.join();
        }
    }

    /** What each thread has of its own: keys of calls. */
    @State(Scope.Thread)
    public static class Keys {

        private final String[] keys = new String[1024];
        private int next;

        /** Makes them. */
        @Setup
        public void make() {
            for (int i = 0; i < keys.length; i++) {
                keys[i] = "session " + i;
            }
        }

        String next() {
            next = (next + 1) % keys.length;
            return keys[next];
        }
    }

    /** An instance for the next call. */
    @Benchmark
    public Instance pick(Service service, Keys keys) {
        return service.picker.pick(keys.next());
    }

    /** A call that is counted, and succeeds: twice the clock, and the feedback. */
    @Benchmark
    public Instance call(Service service, Keys keys) {
        try (Call call = service.picker.start(keys.next())) {
            return call.instance();
        }
    }
}
