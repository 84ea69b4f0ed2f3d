package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.RollcallBuilder;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store that does not answer, in each way of not answering: every call, constructor and close ends within its bound. */
class SilentStoreTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Duration START = Duration.ofSeconds(1);

    /** What a busy machine may add. */
    private static final Duration NOISE = Duration.ofSeconds(1);

    /** Leases that cannot be taken back are left on purpose; threads are looked for by the scenes. */
    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded().withoutLeakCheck();

    @TestFactory
    Stream<DynamicTest> everythingEndsWithinItsBound() {
        return new Scenes()
                .with("it hangs", () -> falls("hangs", Fault.Kind.STALL, p -> p.both(Fault.stall())))
                .with("it is black-holed", () -> falls("hole", Fault.Kind.BLACK_HOLE, p -> p.both(Fault.blackHole())))
                .with(
                        "it refuses",
                        () -> falls("refuses", Fault.Kind.REFUSE, p -> {
                            p.refuse();
                            p.resetAll();
                        }))
                .with("it resets", () -> falls("resets", Fault.Kind.RESET, p -> p.both(Fault.reset())))
                .with("it is gone", () -> falls("gone", Fault.Kind.PASS, FaultProxy::close))
                .with("it accepts silently from the start", SilentStoreTest::silentAtTheStart)
                .together();
    }

    private static void falls(String name, Fault.Kind kind, Consumer<FaultProxy> fault) {
        FaultProxy proxy = FaultProxy.inFrontOf(ETCD.endpoints().get(0));
        try (proxy;
                EtcdClient client = client(proxy);
                Rollcall rollcall = builder(proxy, name).connect()) {
            Registration me = rollcall.register(user("1")).awaitRegistered(SOON);
            Registration other = rollcall.register(user("2")).awaitRegistered(SOON);
            ServiceView users = rollcall.discover("user");
            users.awaitInstances(2, SOON);
            client.leases().keepAlive(Duration.ofSeconds(60));
            client.watches().watch("/" + name, batch -> {});
            assertThat(client.kv().ls("/" + name)).hasSize(2);

            fault.accept(proxy);

            fails(CALL, EtcdException.class, () -> client.kv().get("/" + name));
            fails(CALL, EtcdException.class, () -> client.kv().ls("/" + name));
            within(Duration.ZERO, () -> other.update(user("2").withStatus(InstanceStatus.PAUSED)));
            Registration late = within(Duration.ZERO, () -> rollcall.register(user("3")));
            fails(START, RegistrationException.class, () -> late.awaitRegistered(START));
            ServiceView unknown = within(START, () -> rollcall.discover("unknown"));
            assertThat(unknown.snapshot().known()).isFalse();
            assertThat(users.snapshot().instances())
                    .as("what was known is shown on")
                    .hasSize(2);
            within(Duration.ofSeconds(2), me::close);
            within(Duration.ZERO, users::close);
            Rollcall second = within(Duration.ZERO, () -> builder(proxy, name).connect());
            within(Duration.ofSeconds(3), second::close);
            within(Duration.ofSeconds(3), rollcall::close);
            within(Duration.ofSeconds(3), client::close);
            if (kind != Fault.Kind.PASS) {
                assertThat(proxy.counters().acted(kind)).isPositive();
            }
        }
    }

    /** Connects to two such members; both heal in the end. */
    private static void silentAtTheStart() {
        try (FaultProxy one = FaultProxy.inFrontOf(ETCD.endpoints().get(0));
                FaultProxy two = FaultProxy.inFrontOf(ETCD.endpoints().get(0))) {
            one.acceptSilently();
            two.acceptSilently();
            try (EtcdClient client = within(Duration.ZERO, () -> client(one, two));
                    Rollcall rollcall = within(
                            Duration.ZERO, () -> builder(one, "start", two).connect())) {
                Registration me = within(Duration.ZERO, () -> rollcall.register(user("1")));
                ServiceView users = within(START, () -> rollcall.discover("user"));
                assertThat(users.snapshot().freshness()).isEqualTo(Freshness.STALE);
                assertThat(users.snapshot().known()).isFalse();
                fails(START, RegistrationException.class, () -> me.awaitRegistered(START));
                assertThatThrownBy(() -> client.kv().get("/k"))
                        .isInstanceOf(EtcdException.class)
                        .hasMessageContaining("127.0.0.1");
                assertThat(one.counters().acted(Fault.Kind.SILENT_ACCEPT)).isPositive();
                assertThat(two.counters().acted(Fault.Kind.SILENT_ACCEPT)).isPositive();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(users.health().lastError())
                                .as("it says why")
                                .isPresent());
                one.heal();
                two.heal();
                me.awaitRegistered(SOON);
                users.awaitInstances(1, SOON);
            }
        }
    }

    private static EtcdClient client(FaultProxy... proxies) {
        String[] endpoints = Stream.of(proxies).map(FaultProxy::endpoint).toArray(String[]::new);
        return EtcdClient.builder(endpoints).callTimeout(CALL).connect();
    }

    private static RollcallBuilder builder(FaultProxy first, String name, FaultProxy... others) {
        String[] endpoints = Stream.concat(Stream.of(first), Stream.of(others))
                .map(FaultProxy::endpoint)
                .toArray(String[]::new);
        return Rollcall.builder(endpoints).keyspace(Keyspace.plain("/" + name)).startBound(START);
    }

    private static Instance user(String id) {
        return Instance.of("user", id, "10.0.0.1:80");
    }

    private static void fails(Duration bound, Class<? extends Throwable> with, ThrowingCallable call) {
        within(bound, () -> assertThatThrownBy(call).isInstanceOf(with).hasMessageMatching("(?s).+"));
    }

    private static void within(Duration bound, Runnable what) {
        within(bound, () -> {
            what.run();
            return bound;
        });
    }

    private static <T> T within(Duration bound, Supplier<T> what) {
        long start = System.nanoTime();
        T result = what.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bound.plus(NOISE));
        return result;
    }
}
