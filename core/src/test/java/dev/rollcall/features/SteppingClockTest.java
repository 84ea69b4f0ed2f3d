package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SimulatedDiscovery;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registrar;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import dev.rollcall.registration.SimulatedRegistrar;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A wall clock that steps by hours, forth and back, at every look: nothing that is decided rests on it. */
class SteppingClockTest {

    private static final Instance USER = Instance.of("user", "10.0.0.7:8080");
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    /** Monotonic time is true, as it is on a machine whose clock is set. */
    private static final class SteppingClock implements TimeSource {

        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public long nanos() {
            return TimeSource.system().nanos();
        }

        @Override
        public Instant now() {
            return TimeSource.system().now().plus(Duration.ofHours(looks.getAndIncrement() % 3 - 1));
        }
    }

    @Test
    void noLeaseLapsesAndNothingIsTold() {
        SteppingClock clock = new SteppingClock();
        List<RegistrationState> states = new CopyOnWriteArrayList<>();
        List<String> told = new CopyOnWriteArrayList<>();
        Keyspace keyspace = Keyspace.standard();
        try (EtcdClient client = EtcdClient.connect(ETCD.endpoints().get(0));
                CallbackPool threads = CallbackPool.start();
                Timer timer = Timer.start();
                Timer other = Timer.start();
                Registrar registrar = SimulatedRegistrar.over(
                        client, keyspace, threads, threads, timer, clock, RandomSource.system());
                Discovery discovery = SimulatedDiscovery.over(
                        client,
                        keyspace,
                        DiscoverySettings.DEFAULTS.withStaleAfter(Duration.ofSeconds(5)),
                        other,
                        threads,
                        threads,
                        clock,
                        RandomSource.system())) {
            Registration me = registrar.register(USER).awaitRegistered(SOON);
            ServiceView users = discovery.view("user");
            users.awaitInstances(1, SOON);
            me.onChange((registration, state, reason) -> states.add(state));
            users.addListener(new Ear(told));
            await("two lease times")
                    .during(Duration.ofSeconds(7))
                    .atMost(Duration.ofSeconds(12))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> me.state() == RegistrationState.REGISTERED && isFresh(users.snapshot()));
            assertThat(states).containsOnly(RegistrationState.REGISTERED);
            assertThat(told).containsExactly("initial 1");
            assertThat(clock.looks.get()).as("looks at the clock").isGreaterThan(5);
        }
    }

    private static boolean isFresh(Snapshot snapshot) {
        return snapshot.freshness() == Freshness.LIVE
                && snapshot.instances().size() == 1
                && snapshot.age().compareTo(Duration.ofSeconds(5)) < 0;
    }

    /** Hears everything. */
    private record Ear(List<String> told) implements SnapshotListener {

        @Override
        public void initial(Snapshot snapshot) {
            told.add("initial " + snapshot.instances().size());
        }

        @Override
        public void up(DiscoveredInstance instance) {
            told.add("up");
        }

        @Override
        public void updated(DiscoveredInstance before, DiscoveredInstance after) {
            told.add("updated");
        }

        @Override
        public void down(DiscoveredInstance last, DownCause cause, long revision) {
            told.add("down");
        }

        @Override
        public void freshness(Snapshot snapshot) {
            told.add(snapshot.freshness().toString());
        }
    }
}
