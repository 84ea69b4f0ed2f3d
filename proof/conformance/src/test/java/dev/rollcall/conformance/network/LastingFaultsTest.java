package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Follower;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks that are bad for a while: resets, long ways, narrow ways. */
@Tag("contract")
class LastingFaultsTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int RESETS = 20;
    private static final int MANY = 10_000;
    private static final int LANES = 3;

    @RegisterExtension
    static final EtcdExtension REAL = EtcdExtension.real("3.5.16");

    @RegisterExtension
    static final EtcdExtension EMBEDDED = EtcdExtension.embedded();

    @TestFactory
    Stream<DynamicTest> nothingIsLostWhileItLasts() {
        return new Scenes()
                .with("resets, about one a second, etcd 3.5.16", () -> resets(endpoint(REAL), 1))
                .with("resets, about one a second, embedded", () -> resets(endpoint(EMBEDDED), 2))
                .with("a long way", () -> delays(endpoint(REAL)))
                .with("64 kbit/s and ten thousand keys", () -> narrow(endpoint(REAL)))
                .together();
    }

    /** Every change is told once and in order, the key stays, and connections are made no more often than they are broken. */
    private static void resets(String endpoint, long seed) throws InterruptedException {
        List<String> told = new CopyOnWriteArrayList<>();
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint);
                EtcdClient operator = EtcdClient.connect(endpoint);
                Rollcall rollcall = rollcall(proxy, "/resets", 5)) {
            Observed me = Observed.register(rollcall, operator, "/resets");
            Follower follower = rollcall.follow("/written", (key, value) -> told.add(value), (key, value) -> {});
            await().atMost(SOON).until(() -> follower.health().known());

            AtomicInteger written = new AtomicInteger();
            var writing = clock.scheduleAtFixedRate(
                    () -> operator.kv().put("/written/" + written.get() % 10, "" + written.getAndIncrement()),
                    0,
                    25,
                    TimeUnit.MILLISECONDS);
            CountDownLatch left = new CountDownLatch(RESETS);
            resetNext(clock, proxy, new SplittableRandom(seed), left);
            assertThat(left.await(80, TimeUnit.SECONDS)).isTrue();
            writing.cancel(false);
            clock.shutdown();
            assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

            await().atMost(SOON).until(() -> told.contains("" + (written.get() - 1)));
            assertThat(told)
                    .containsExactlyElementsOf(IntStream.range(0, written.get())
                            .mapToObj(Integer::toString)
                            .toList());
            me.assertKept();
            assertThat(proxy.counters().acted(Fault.Kind.RESET)).isGreaterThanOrEqualTo(RESETS);
            assertThat(proxy.counters().accepted()).isLessThanOrEqualTo((RESETS + 1) * LANES);
        } finally {
            clock.shutdownNow();
        }
    }

    private static void resetNext(
            ScheduledExecutorService clock, FaultProxy proxy, SplittableRandom random, CountDownLatch left) {
        if (left.getCount() > 0) {
            long gap = (long) Math.min(4_000, -1_000 * Math.log(1 - random.nextDouble()));
            var unused = clock.schedule(
                    () -> {
                        proxy.resetAll();
                        left.countDown();
                        resetNext(clock, proxy, random, left);
                    },
                    gap,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** A lease of 10 s does not lapse, changes arrive, and renewals do not pile up. */
    private static void delays(String endpoint) {
        Witness witness = new Witness();
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint);
                EtcdClient operator = EtcdClient.connect(endpoint);
                Rollcall rollcall = rollcall(proxy, "/delays", 10)) {
            Observed me = Observed.register(rollcall, operator, "/delays");
            ServiceView users = rollcall.discover("user", witness);
            users.awaitInstances(1, SOON);
            proxy.both(Fault.delay(Duration.ofMillis(200), Duration.ofMillis(150)));
            operator.kv().put("/delays/user/2", "10.0.0.2:80");
            users.awaitInstances(2, Duration.ofSeconds(2));
            me.assertKeptFor(Duration.ofSeconds(4));

            proxy.both(Fault.delay(Duration.ofSeconds(2), Duration.ofSeconds(1)));
            long before = proxy.counters().toServer();
            operator.kv().put("/delays/user/3", "10.0.0.3:80");
            me.assertKeptFor(Duration.ofSeconds(14));
            assertThat(proxy.counters().acted(Fault.Kind.DELAY)).isPositive();
            assertThat(proxy.counters().toServer() - before)
                    .as("bytes sent in 14 s")
                    .isLessThan(20_000);
            proxy.heal();
            users.awaitInstances(3, SOON);
            witness.assertCalm();
        }
    }

    /** The big list takes its time, and renewals come through beside it. */
    private static void narrow(String endpoint) {
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint);
                EtcdClient operator = EtcdClient.connect(endpoint);
                Rollcall rollcall = rollcall(proxy, "/narrow", 5)) {
            Puts.many(operator, MANY, n -> Put.of("/many/" + n, "10.0.0.1:" + n));
            Observed me = Observed.register(rollcall, operator, "/narrow");
            proxy.both(Fault.limit(8_000));
            Follower follower = rollcall.follow("/many", (key, value) -> {}, (key, value) -> {});
            me.assertKeptFor(Duration.ofSeconds(12));
            assertThat(proxy.counters().acted(Fault.Kind.LIMIT))
                    .as("the way was full")
                    .isGreaterThan(100);
            proxy.heal();
            await().atMost(SOON).until(() -> follower.entries().size() == MANY);
        }
    }

    private static Rollcall rollcall(FaultProxy proxy, String dir, int leaseSeconds) {
        return Rollcall.builder(proxy.endpoint())
                .keyspace(Keyspace.plain(dir))
                .leaseTime(Duration.ofSeconds(leaseSeconds))
                .connect();
    }

    private static String endpoint(EtcdExtension etcd) {
        return etcd.endpoints().get(0);
    }

    /** A registration, seen from its handle and from the store. */
    private record Observed(
            Registration registration, EtcdClient operator, String key, long created, List<RegistrationState> states) {

        static Observed register(Rollcall rollcall, EtcdClient operator, String dir) {
            Registration me =
                    rollcall.register(Instance.of("user", "1", "10.0.0.1:80")).awaitRegistered(SOON);
            String key = dir + "/user/1";
            List<RegistrationState> states = new CopyOnWriteArrayList<>();
            me.onChange((registration, state, reason) -> states.add(state));
            return new Observed(me, operator, key, created(operator, key), states);
        }

        private static long created(EtcdClient operator, String key) {
            return operator.kv().get(key).orElseThrow().createRevision();
        }

        void assertKept() {
            assertThat(states).containsOnly(RegistrationState.REGISTERED);
            assertThat(created(operator, key)).isEqualTo(created);
        }

        void assertKeptFor(Duration time) {
            await().during(time)
                    .atMost(time.plusSeconds(5))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() ->
                            registration.state() == RegistrationState.REGISTERED && created(operator, key) == created);
            assertKept();
        }
    }
}
