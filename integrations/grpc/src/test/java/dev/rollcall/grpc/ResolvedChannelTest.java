package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolvedChannelTest extends GrpcScaffold {

    private Registration register(String service, EchoServer server) {
        return rollcall.register(Instance.of(service, server.address())).awaitRegistered(SOON);
    }

    private static void awaitAnswersOf(Channel channel, String... names) {
        Set<String> seen = new HashSet<>();
        await().atMost(SOON).until(() -> {
            seen.add(EchoServer.who(channel));
            return seen.equals(Set.of(names));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollcall:///user", "rollcall:user", "etcd:///services/user", "etcd:services/user"})
    void aTargetFindsTheInstancesOfItsService(String target) throws IOException {
        register("user", open(EchoServer.start("a")));
        register("user", open(EchoServer.start("b")));
        register("user2", open(EchoServer.start("other")));

        awaitAnswersOf(channel(target), "a", "b");
    }

    @Test
    void whatComesAndGoesIsFollowed() throws IOException {
        EchoServer a = open(EchoServer.start("a"));
        Registration first = register("user", a);
        ManagedChannel channel = channel("rollcall:///user");
        awaitAnswersOf(channel, "a");

        register("user", open(EchoServer.start("b")));
        awaitAnswersOf(channel, "a", "b");

        first.update(me -> me.withStatus(InstanceStatus.PAUSED));
        await().atMost(SOON)
                .until(() ->
                        Stream.generate(() -> EchoServer.who(channel)).limit(4).allMatch("b"::equals));
    }

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "pick_first", "rollcall_weighted"})
    void whoIsTakenOutByHandIsCalledByNoPolicyFromTheFirstCallOn(String policy) throws IOException {
        EchoServer a = open(EchoServer.start("a"));
        register("user", a);
        register("user", open(EchoServer.start("b")));
        rollcall.takeOut("user", a.address(), "the disk is full");

        ManagedChannel channel = channel("rollcall:///user?policy=" + policy);

        assertThat(Stream.generate(() -> EchoServer.who(channel)).limit(10)).containsOnly("b");
        assertThat(a.calls.get()).isZero();
    }

    @Test
    void whereAllAreTakenOutByHandCallsFailWithTheReason() throws IOException {
        EchoServer a = open(EchoServer.start("a"));
        register("user", a);
        rollcall.takeOut("user", a.address(), "the disk is full");

        assertThatThrownBy(() -> {
                    ManagedChannel channel = channel("rollcall:///user");
                    EchoServer.who(channel);
                })
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("1 registered, 0 of them want no work, 1 taken out by hand (LIVE)");
    }

    @Test
    void aChannelKeepsItsInstancesWhileTheStoreIsAway() throws IOException {
        register("user", open(EchoServer.start("a")));
        ManagedChannel channel = channel("rollcall:///user");
        awaitAnswersOf(channel, "a");
        try (var view = rollcall.discover("user")) {
            etcd.etcd().stop();
            await().atMost(SOON).until(() -> view.snapshot().freshness() == Freshness.STALE);

            assertThat(EchoServer.who(channel)).isEqualTo("a");
            channel.enterIdle();
            assertThat(EchoServer.who(channel)).isEqualTo("a");
        } finally {
            etcd.etcd().start();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChannelThatComesBackFromIdlenessKeepsItsInstancesToo(boolean shared) throws IOException {
        register("user", open(EchoServer.start("a")));
        String store = shared ? "" : endpoint().replace("http://", "");
        ManagedChannel channel = channel("rollcall://" + store + "/user");
        awaitAnswersOf(channel, "a");
        channel.enterIdle();
        await().atMost(SOON).until(() -> rollcall.discovery().health().isEmpty() && Stores.PROCESS.opened() == 0);

        etcd.etcd().stop();
        try {
            assertThat(EchoServer.who(channel, 1_500)).isEqualTo("a");
        } finally {
            etcd.etcd().start();
        }
        register("user", open(EchoServer.start("b")));
        awaitAnswersOf(channel, "a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "pick_first", "rollcall_weighted"})
    void aRollcallThatIsClosedUnderAChannelFailsNoCall(String policy) throws IOException {
        register("user", open(EchoServer.start("a")));
        Rollcall theirs =
                open(Rollcall.builder(endpoint()).closeAtShutdown(false).connect());
        RollcallTargets.share("theirs", theirs);
        try {
            ManagedChannel channel = channel("rollcall://theirs/user?policy=" + policy);
            awaitAnswersOf(channel, "a");

            theirs.close();

            await().during(Duration.ofMillis(2_500))
                    .atMost(SOON)
                    .until(() -> EchoServer.who(channel).equals("a"));
        } finally {
            RollcallTargets.unshare("theirs");
        }
    }

    @Test
    void aServiceWithoutInstancesFailsItsCallsWithTheReason() throws IOException {
        register("user", open(EchoServer.start("a"))).update(me -> me.withStatus(InstanceStatus.PAUSED));

        assertThatThrownBy(() -> {
                    ManagedChannel channel = channel("rollcall:///user");
                    EchoServer.who(channel);
                })
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("no instance of user can be called: 1 registered, 1 of them want no work (LIVE)");
    }

    @Test
    void aStoreThatWasNeverThereFailsItsCallsWithTheReason() {
        try (Rollcall nowhere =
                Rollcall.builder("http://127.0.0.1:1").closeAtShutdown(false).connect()) {
            RollcallTargets.share("nowhere", nowhere);
            ManagedChannel channel = channel("rollcall://nowhere/user");

            assertThatThrownBy(() -> awaitAnswersOf(channel, "nobody"))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("the store was not read for rollcall://nowhere/user");
        } finally {
            RollcallTargets.unshare("nowhere");
        }
    }

    @Test
    void aTargetCanNameItsStoreAndItsKeys() throws IOException {
        try (Rollcall elsewhere = Rollcall.builder(endpoint())
                .keyspace(Keyspace.standard("apps/eu"))
                .closeAtShutdown(false)
                .connect()) {
            EchoServer server = open(EchoServer.start("eu"));
            elsewhere.register(Instance.of("user", server.address())).awaitRegistered(SOON);
            String store = endpoint().replace("http://", "");

            ManagedChannel channel = channel("etcd://" + store + "/apps/eu/user");
            awaitAnswersOf(channel, "eu");
            assertThat(Stores.PROCESS.opened()).isOne();
            channel.shutdownNow();
        }
        await().atMost(SOON).until(() -> Stores.PROCESS.opened() == 0);
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("rollcall-grpc-close")));
    }

    @Test
    void fiftyChannelsHaveOneWatch() throws IOException {
        register("user", open(EchoServer.start("a")));
        for (int i = 0; i < 50; i++) {
            awaitAnswersOf(channel("rollcall:///user"), "a");
        }
        // One for the view, one for what is taken out by hand, one for the key that is registered.
        assertThat(etcd.etcd().openWatches()).isEqualTo(3);
    }

    @Test
    void keysOutsideOfWhatIsSharedAreRefusedWithTheWayOut() {
        ManagedChannel channel = channel("etcd:///foo/user");

        assertThatThrownBy(() -> EchoServer.who(channel))
                .hasMessageContaining("names keys outside of the keyspace standard:services/")
                .hasMessageContaining("etcd://10.0.0.1:2379/foo/user");
    }

    @Test
    void whatAGoProgramRegisteredIsFound() throws IOException {
        EchoServer server = open(EchoServer.start("go"));
        try (EtcdClient other = EtcdClient.connect(endpoint())) {
            other.kv()
                    .put(
                            "services/user/" + server.address(),
                            "{\"Op\":0,\"Addr\":\"" + server.address() + "\",\"Metadata\":null}");
        }
        awaitAnswersOf(channel("etcd:///services/user"), "go");
    }

    @Test
    void aPolicyOfTheTargetIsTaken() throws IOException {
        register("user", open(EchoServer.start("a")));
        register("user", open(EchoServer.start("b")));
        ManagedChannel channel = opened(builder("rollcall:///user?policy=round_robin"));

        awaitAnswersOf(channel, "a", "b");
    }

    @Test
    void aTargetWithoutASchemeIsNotOurs() {
        assertThat(NameResolverRegistry.getDefaultRegistry().getDefaultScheme()).isEqualTo("dns");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollcall:///", "rollcall:///user?wait=1", "rollcall:///user?policy=", "etcd:///"})
    void aTargetThatCannotBeReadIsRefusedWithWhatToWrite(String target) {
        assertThatThrownBy(() -> channel(target))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the target '" + target + "'");
    }
}
