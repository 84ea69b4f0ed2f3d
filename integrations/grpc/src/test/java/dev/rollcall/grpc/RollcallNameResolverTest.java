package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RollcallNameResolverTest extends GrpcScaffold {

    private static final String EU = "rollcall://eu/user";

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final BlockingQueue<Throwable> escaped = new LinkedBlockingQueue<>();
    private final SynchronizationContext context = new SynchronizationContext((thread, e) -> escaped.add(e));
    private final BlockingQueue<NameResolver.ResolutionResult> told = new LinkedBlockingQueue<>();

    @AfterEach
    void end() throws InterruptedException {
        RollcallTargets.unshare("eu");
        timer.shutdownNow();
        assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(escaped).isEmpty();
    }

    private Rollcall another() {
        return open(Rollcall.builder(endpoint()).closeAtShutdown(false).connect());
    }

    /** As a channel makes one, and another one with the same context each time it comes back from idleness. */
    private RollcallNameResolver started(String target) {
        NameResolver.Args args = NameResolver.Args.newBuilder()
                .setDefaultPort(80)
                .setProxyDetector(address -> null)
                .setSynchronizationContext(context)
                .setServiceConfigParser(new NameResolver.ServiceConfigParser() {
                    @Override
                    public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> config) {
                        return NameResolver.ConfigOrError.fromConfig(config);
                    }
                })
                .setScheduledExecutorService(timer)
                .setOffloadExecutor(timer)
                .build();
        RollcallNameResolver resolver =
                new RollcallNameResolver(Target.parse(URI.create(target)), Stores.PROCESS, args);
        context.execute(() -> resolver.start(new NameResolver.Listener2() {
            @Override
            public void onResult(NameResolver.ResolutionResult result) {
                told.add(result);
            }

            @Override
            public Status onResult2(NameResolver.ResolutionResult result) {
                told.add(result);
                return Status.OK;
            }

            @Override
            public void onError(Status error) {
                escaped.add(error.asRuntimeException());
            }
        }));
        open(() -> context.execute(resolver::shutdown));
        return resolver;
    }

    private List<EquivalentAddressGroup> nextAddresses() throws InterruptedException {
        return next().getAddressesOrError().getValue();
    }

    private Status nextError() throws InterruptedException {
        return next().getAddressesOrError().getStatus();
    }

    private NameResolver.ResolutionResult next() throws InterruptedException {
        NameResolver.ResolutionResult result = told.poll(10, TimeUnit.SECONDS);
        assertThat(result).as("told within 10 s").isNotNull();
        return result;
    }

    @Test
    void aRollcallThatWasClosedBeforeFailsCallsWithTheReason() {
        Rollcall closed = another();
        closed.close();
        RollcallTargets.share("eu", closed);
        ManagedChannel channel = channel(EU);

        assertThatThrownBy(() -> EchoServer.who(channel))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
                .hasMessageContaining(
                        "the target rollcall://eu/user cannot be resolved: the Rollcall behind it was closed");
    }

    @Test
    void aRollcallThatIsClosedUnderAChannelCostsItNoAddressAndItsSuccessorIsTaken() throws Exception {
        Rollcall first = another();
        RollcallTargets.share("eu", first);
        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        RollcallNameResolver resolver = started(EU);
        assertThat(nextAddresses()).hasSize(1);

        first.close();
        context.execute(resolver::refresh);
        assertThat(told.poll(1_500, TimeUnit.MILLISECONDS))
                .as("told of a Rollcall that was closed")
                .isNull();

        RollcallTargets.share("eu", another());
        rollcall.register(Instance.of("user", "127.0.0.1:82")).awaitRegistered(SOON);
        assertThat(nextAddresses()).as("without anybody who asks again").hasSize(2);
    }

    @Test
    void aRollcallThatIsClosedUnderAChannelWithoutAddressesIsToldAndItsSuccessorTaken() throws Exception {
        Rollcall first = another();
        RollcallTargets.share("eu", first);
        RollcallNameResolver resolver = started(EU);
        assertThat(nextError().getDescription()).contains("0 registered");

        first.close();

        // That there is nobody may be told more than once.
        await().atMost(SOON)
                .until(() -> nextError()
                        .getDescription()
                        .contains("the target " + EU + " cannot be resolved: the Rollcall behind it was closed"));
        context.execute(resolver::refresh);
        Status closed = nextError();
        assertThat(closed.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(closed.getDescription()).as("when gRPC asks again").contains("was closed");

        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        RollcallTargets.share("eu", another());
        context.execute(resolver::refresh);
        assertThat(nextAddresses()).hasSize(1);
    }

    /** Ends a resolver, as a channel does that goes idle. */
    private void idle(RollcallNameResolver resolver) {
        context.execute(resolver::shutdown);
        await().atMost(SOON).until(() -> rollcall.discovery().health().isEmpty());
    }

    @Test
    void aChannelThatWasIdleKeepsItsInstancesThoughItsRollcallIsClosed() throws Exception {
        Rollcall first = another();
        RollcallTargets.share("eu", first);
        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        RollcallNameResolver before = started(EU);
        List<EquivalentAddressGroup> addresses = nextAddresses();
        idle(before);

        first.close();
        started(EU);
        assertThat(nextAddresses()).isEqualTo(addresses);
    }

    private void takeOut(String address) {
        rollcall.takeOut("user", address, "the disk is full");
        await().atMost(SOON)
                .until(() -> rollcall.discovery().overlays().now().all().stream()
                        .anyMatch(laid -> laid.instance().id().equals(address)));
    }

    @Test
    void aChannelThatWasIdleDoesNotBringBackWhoWasTakenOutByHandMeanwhile() throws Exception {
        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        rollcall.register(Instance.of("user", "127.0.0.1:82")).awaitRegistered(SOON);
        RollcallNameResolver before = started("rollcall:///user");
        await().atMost(SOON).until(() -> nextAddresses().size() == 2);
        idle(before);
        takeOut("127.0.0.1:81");

        etcd.etcd().stop();
        try {
            started("rollcall:///user");
            assertThat(nextAddresses())
                    .extracting(group -> group.getAttributes()
                            .get(InstanceAttributes.INSTANCE)
                            .id())
                    .containsExactly("127.0.0.1:82");
        } finally {
            etcd.etcd().start();
        }
    }

    @Test
    void aChannelThatWasIdleIsToldThatAllWereTakenOutByHandMeanwhile() throws Exception {
        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        RollcallNameResolver before = started("rollcall:///user");
        assertThat(nextAddresses()).hasSize(1);
        idle(before);
        takeOut("127.0.0.1:81");

        etcd.etcd().stop();
        try {
            started("rollcall:///user");
            assertThat(nextError().getDescription())
                    .contains("the store was not read for rollcall:///user")
                    .contains("all 1 instances of before are taken out by hand");
        } finally {
            etcd.etcd().start();
        }
    }

    @Test
    void aChannelThatWasIdleKeepsItsInstancesWhileTheStoreIsAway() throws Exception {
        rollcall.register(Instance.of("user", "127.0.0.1:81")).awaitRegistered(SOON);
        RollcallNameResolver before = started("rollcall:///user");
        List<EquivalentAddressGroup> addresses = nextAddresses();
        idle(before);

        etcd.etcd().stop();
        try {
            RollcallNameResolver after = started("rollcall:///user");
            assertThat(nextAddresses()).isEqualTo(addresses);
            context.execute(after::refresh);
            assertThat(told.poll(3, TimeUnit.SECONDS))
                    .as("an error behind the list")
                    .isNull();
        } finally {
            etcd.etcd().start();
        }
        rollcall.register(Instance.of("user", "127.0.0.1:82")).awaitRegistered(SOON);
        await().atMost(SOON).until(() -> nextAddresses().size() == 2);
    }

    @Test
    void aChannelThatWasIdleAndKnewNobodyIsToldThatTheStoreIsAway() throws Exception {
        RollcallNameResolver before = started("rollcall:///user");
        assertThat(nextError().getDescription()).contains("0 registered");
        idle(before);

        etcd.etcd().stop();
        try {
            told.clear();
            started("rollcall:///user");
            assertThat(nextError().getDescription()).contains("the store was not read for rollcall:///user");
        } finally {
            etcd.etcd().start();
        }
    }
}
