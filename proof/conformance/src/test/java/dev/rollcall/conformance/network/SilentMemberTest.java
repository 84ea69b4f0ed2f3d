package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The member of three that a client is connected to falls silent while its connections stay open. */
@Tag("contract")
class SilentMemberTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(3);

    /** It is left 7 s after its last word (4 s, then it is asked; 1 s, then it is read; 2 s); a busy machine may add one. */
    private static final Duration STALE_WITHIN = Duration.ofSeconds(8);

    /** Then another one is connected to and watched. */
    private static final Duration WATCHED_WITHIN = Duration.ofSeconds(11);

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.cluster("3.5.16", 3);

    @TestFactory
    Stream<DynamicTest> renewalsAndWatchesGoOnOverAnotherMember() {
        Fault hole = Fault.blackHole();
        return new Scenes()
                .with("nothing passes", () -> silence("both", Fault.Kind.BLACK_HOLE, p -> p.both(hole)))
                .with("no answer comes", () -> silence("back", Fault.Kind.BLACK_HOLE, p -> p.toClient(hole)))
                .with("no question goes", () -> silence("there", Fault.Kind.BLACK_HOLE, p -> p.toServer(hole)))
                .with("nothing is read", () -> silence("stall", Fault.Kind.STALL, p -> p.both(Fault.stall())))
                .together();
    }

    private static void silence(String name, Fault.Kind kind, Consumer<FaultProxy> fault) {
        List<FaultProxy> proxies =
                ETCD.endpoints().stream().map(FaultProxy::inFrontOf).toList();
        Witness witness = new Witness();
        List<RegistrationState> states = new CopyOnWriteArrayList<>();
        proxies.subList(1, 3).forEach(FaultProxy::refuse); // so that all is on the first
        String[] ways = proxies.stream().map(FaultProxy::endpoint).toArray(String[]::new);
        try (EtcdClient operator = EtcdClient.connect(ETCD.endpoints().toArray(String[]::new));
                Rollcall rollcall = Rollcall.builder(ways)
                        .keyspace(Keyspace.plain("/" + name))
                        .leaseTime(Duration.ofSeconds(5))
                        .connect()) {
            Registration me =
                    rollcall.register(Instance.of("user", "1", "10.0.0.1:80")).awaitRegistered(SOON);
            me.onChange((registration, state, reason) -> states.add(state));
            ServiceView users = rollcall.discover("user", witness);
            users.awaitInstances(1, SOON);
            KeepAlive lease = rollcall.etcd().leases().keepAlive(Duration.ofSeconds(5));
            awaitRenewal(lease, SOON);
            long created = created(operator, name);

            proxies.forEach(FaultProxy::heal);
            FaultProxy used = proxies.get(0);
            fault.accept(used);
            long start = System.nanoTime();
            awaitRenewal(lease, RENEWED_WITHIN);
            operator.kv().put("/" + name + "/user/2", "10.0.0.2:80");
            await("told that it is stale, or fresh again")
                    .atMost(STALE_WITHIN.minusNanos(System.nanoTime() - start))
                    .until(() -> users.snapshot().freshness() == Freshness.STALE
                            || users.snapshot().instances().size() == 2);
            users.awaitInstances(2, WATCHED_WITHIN.minusNanos(System.nanoTime() - start));

            assertThat(used.counters().acted(kind)).isPositive();
            assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
            assertThat(states).containsOnly(RegistrationState.REGISTERED);
            assertThat(created(operator, name)).isEqualTo(created);
            witness.assertCalm();
            operator.leases().revoke(lease.lease());
        } finally {
            proxies.forEach(FaultProxy::close);
        }
    }

    /** Waits until the time left grows: only an answer of the store makes it. */
    private static void awaitRenewal(KeepAlive lease, Duration within) {
        Duration[] before = {lease.remaining()};
        await("renewal").atMost(within).pollInterval(Duration.ofMillis(10)).until(() -> {
            Duration now = lease.remaining();
            boolean grew = now.compareTo(before[0]) > 0;
            before[0] = now;
            return grew;
        });
    }

    private static long created(EtcdClient operator, String name) {
        return operator.kv().get("/" + name + "/user/1").orElseThrow().createRevision();
    }
}
