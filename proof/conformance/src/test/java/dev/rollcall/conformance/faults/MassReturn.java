package dev.rollcall.conformance.faults;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Measures how registrations return into a store that went back in time, and what a consumer with the guard is shown of it.
 *
 * <p>{@code MassReturn ETCD REGRESS JVMS REGISTRANTS EACH}: a version, or {@code embedded} (there a wipe changes the cluster's id); what
 * happens ({@link Regress}); so many JVMs with so many registrants each, or, with 0 JVMs, registrants in this one; registrations of each.
 */
public final class MassReturn {

    /**
     * What was measured, in nanoseconds after the store let clients in again; a real etcd is ready some time before.
     *
     * @param reconnected when the first registrant connected
     * @param firstBack when the first registration was back
     * @param allBack when all were
     * @param consumerReconnected when the consumer connected
     * @param noticed when it told of a new epoch; negative if it did not
     * @param downs how many downs it was shown
     * @param keys the keys at the end
     */
    record Outcome(
            long reconnected,
            long firstBack,
            long allBack,
            long consumerReconnected,
            long noticed,
            int downs,
            List<KeyValue> keys) {

        /** How long the consumer was connected before it told. */
        long consumerTook() {
            return noticed - consumerReconnected;
        }

        @Override
        public String toString() {
            return "first registrant connected after %s, first back after %s, all %d after %s; consumer connected after %s, noticed %s later, downs %d"
                    .formatted(
                            Pause.millis(reconnected),
                            Pause.millis(firstBack),
                            keys.size(),
                            Pause.millis(allBack),
                            Pause.millis(consumerReconnected),
                            Pause.millis(consumerTook()),
                            downs);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PREFIX = "services/" + Fleet.SERVICE + "/";

    private MassReturn() {}

    /** Runs once and tells. */
    public static void main(String[] args) {
        EtcdSpec spec = args[0].equals("embedded") ? EtcdSpec.embedded() : EtcdSpec.real(args[0]);
        List<Integer> numbers =
                Arrays.stream(args).skip(2).map(Integer::valueOf).toList();
        Outcome outcome = run(spec, Regress.parse(args[1]), numbers.get(0), numbers.get(1), numbers.get(2));
        System.out.println(String.join(" ", args) + ": " + outcome);
    }

    static Outcome run(EtcdSpec spec, Regress regress, int jvms, int registrants, int each) {
        Path snapshot = Regress.snapshotFile();
        try (TestEtcd store = spec.start()) {
            store.start();
            return run(store, regress, snapshot, jvms, registrants, each);
        } finally {
            delete(snapshot);
        }
    }

    private static Outcome run(TestEtcd store, Regress regress, Path snapshot, int jvms, int registrants, int each) {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            FaultProxy proxy = FaultProxy.inFrontOf(store.endpoints().get(0));
            open.add(proxy);
            if (regress.needsEarlySnapshot()) {
                Regress.revision(store, 0);
                store.saveSnapshot(snapshot);
            }
            int total = populate(open, proxy.endpoint(), jvms, registrants, each);
            FaultProxy watched = FaultProxy.inFrontOf(store.endpoints().get(0));
            open.add(watched);
            Rollcall consumer =
                    Rollcall.builder(watched.endpoint()).closeAtShutdown(false).connect();
            open.add(consumer);
            Witness witness = new Witness();
            consumer.discover(Fleet.SERVICE, witness).awaitInstances(total, PATIENCE);
            if (regress.needsLateSnapshot()) {
                store.saveSnapshot(snapshot);
                open.stream()
                        .filter(Fleet.class::isInstance)
                        .map(Fleet.class::cast)
                        .forEach(Fleet::pause);
            }
            List<FaultProxy> proxies = List.of(proxy, watched);
            long[] accepted = accepted(proxies);
            long back = regress.strike(store, proxies, snapshot);
            Outcome outcome = measure(store, regress, proxies, accepted, back, total, witness);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> open.stream().allMatch(one -> !(one instanceof Fleet fleet) || fleet.isRegistered()));
            return outcome;
        } finally {
            // Before the store goes, for whoever closes deregisters.
            for (int i = open.size() - 1; i >= 0; i--) {
                close(open.get(i));
            }
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int populate(List<AutoCloseable> open, String endpoint, int jvms, int registrants, int each) {
        if (jvms == 0) {
            open.add(new Fleet(endpoint, 0, registrants, each).awaitRegistered());
            return registrants * each;
        }
        List<FleetProcess> processes = new ArrayList<>();
        for (int i = 0; i < jvms; i++) {
            processes.add(new FleetProcess(endpoint, i * registrants, registrants));
        }
        open.addAll(processes);
        processes.forEach(FleetProcess::awaitRegistered);
        return jvms * registrants;
    }

    private static long[] accepted(List<FaultProxy> proxies) {
        return proxies.stream().mapToLong(proxy -> proxy.counters().accepted()).toArray();
    }

    private static Outcome measure(
            TestEtcd store,
            Regress regress,
            List<FaultProxy> proxies,
            long[] accepted,
            long back,
            int total,
            Witness witness) {
        try (EtcdClient reader = EtcdClient.connect(store.endpoints().toArray(String[]::new))) {
            long[] connected = {-1, -1};
            long firstBack = -1;
            long allBack = -1;
            while (allBack < 0 && System.nanoTime() - back < PATIENCE.toNanos()) {
                long count = regress.needsLateSnapshot()
                        ? reader.kv().get(Get.prefix(PREFIX)).kvs().stream()
                                .filter(kv -> kv.value().utf8().contains("paused"))
                                .count()
                        : reader.kv().get(Get.prefix(PREFIX).counting()).count();
                long now = System.nanoTime() - back;
                long[] acceptedNow = accepted(proxies);
                for (int i = 0; i < connected.length; i++) {
                    connected[i] = connected[i] < 0 && acceptedNow[i] > accepted[i] ? now : connected[i];
                }
                firstBack = firstBack < 0 && count > 0 ? now : firstBack;
                allBack = count >= total ? now : -1;
                Pause.of(Duration.ofMillis(5));
            }
            Awaitility.await().atMost(PATIENCE).until(() -> witness.isLiveWith(total));
            List<KeyValue> keys = reader.kv().get(Get.prefix(PREFIX)).kvs();
            long connectedLast = connected[1];
            long noticed = witness.noticedAt.get() == 0 ? -1 : witness.noticedAt.get() - back;
            return new Outcome(connected[0], firstBack, allBack, connectedLast, noticed, witness.downs.get(), keys);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the consumer is shown. */
    private static final class Witness implements SnapshotListener {

        final AtomicInteger downs = new AtomicInteger();
        final AtomicLong noticedAt = new AtomicLong();
        private volatile Snapshot last = Snapshot.of(Fleet.SERVICE, List.of());

        @Override
        public void down(DiscoveredInstance gone, DownCause cause, long revision) {
            downs.incrementAndGet();
        }

        @Override
        public void resynced(ResyncCause cause, Snapshot snapshot) {
            if (cause.newEpoch()) {
                noticedAt.compareAndSet(0, System.nanoTime());
            }
        }

        @Override
        public void freshness(Snapshot snapshot) {
            last = snapshot;
        }

        /** Whether it is live again, with nothing held back. */
        boolean isLiveWith(int total) {
            Snapshot shown = last;
            return shown.freshness() == Freshness.LIVE && shown.instances().size() == total;
        }
    }
}
