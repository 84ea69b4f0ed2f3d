package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Follower;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.pick.NoInstanceException;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RegisterAndDiscoverTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static Rollcall connect() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    @Test
    void twoLinesRegisterAndThreeFollow() {
        Set<String> seen = new ConcurrentSkipListSet<>();
        try (Rollcall rollcall = connect()) {
            Registration me = rollcall.register(Instance.of("user", "10.0.0.7:8080"));
            me.awaitRegistered(SOON);
            ServiceView users = rollcall.discover(
                    "user", SnapshotListener.of(up -> seen.add(up.instance().text()), down -> {}));
            Instance target = PickStrategy.roundRobin().over(users).pick();

            assertThat(target).isEqualTo(me.instance());
            assertThat(users.snapshot().freshness()).isEqualTo(Freshness.LIVE);
            await().atMost(SOON).untilAsserted(() -> assertThat(seen).containsExactly("10.0.0.7:8080"));
        }
    }

    @Test
    void whoRegistersIsSeenAndWhoClosesIsGoneAtOnceAndDeliberately() {
        try (Rollcall provider = connect();
                Rollcall consumer = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = consumer.discover("user", sightings);
            Picker picker = PickStrategy.random().over(users);
            assertThatThrownBy(picker::pick)
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("none is registered");

            Registration one = provider.register(Instance.of("user", "1", "10.0.0.7:8080"));
            sightings.await("up 1");
            assertThat(users.awaitInstances(1, SOON).instances()).hasSize(1);
            assertThat(picker.pick()).isEqualTo(one.instance());

            one.close();
            sightings.await("down 1 DEREGISTERED", Duration.ofSeconds(2));
            assertThat(one.state()).isEqualTo(RegistrationState.CLOSED);
        }
    }

    @Test
    void anUpdateIsSeenInPlaceWithOldAndNew() {
        try (Rollcall rollcall = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = rollcall.discover("user", sightings);
            Registration me =
                    rollcall.register(Instance.of("user", "1", "10.0.0.7:8080")).awaitRegistered(SOON);
            sightings.await("up 1");

            me.update(instance -> instance.toBuilder().weight(7).build());
            sightings.await("updated 1 from 100 to 7");
            me.update(instance -> instance.withStatus(InstanceStatus.PAUSED));
            sightings.await("updated 1 from 7 to 7");

            assertThat(PickStrategy.roundRobin().over(users).tryPick()).isEmpty();
            assertThat(users.snapshot().instances()).hasSize(1);
            assertThat(sightings.all()).noneMatch(line -> line.startsWith("down"));
        }
    }

    @Test
    void manyAreRegisteredAtOnceOnOneLeaseAndAllGoWithTheRollcall() {
        try (Rollcall consumer = connect()) {
            ServiceView users = consumer.discover("user");
            Sightings sightings = new Sightings();
            users.addListener(sightings);
            try (Rollcall provider = connect()) {
                List<Instance> instances = IntStream.range(0, 300)
                        .mapToObj(i -> Instance.of("user", "i" + i, "10.0.0.7:" + (1000 + i)))
                        .toList();
                provider.registerAll(instances).forEach(one -> one.awaitRegistered(SOON));
                assertThat(users.awaitInstances(300, SOON).instances().stream().map(DiscoveredInstance::lease))
                        .hasSize(300)
                        .containsOnly(users.snapshot().instances().get(0).lease());
                assertThat(provider.health().visible()).isTrue();
            }
            sightings.awaitAll(
                    "300 down",
                    SOON,
                    lines -> lines.stream().filter(l -> l.startsWith("down")).count() == 300);
            assertThat(sightings.all()).noneMatch(line -> line.endsWith("EXPIRED"));
        }
    }

    @Test
    void neighboursAreNeverSeenAndDirectoriesAre() {
        try (Rollcall rollcall = connect()) {
            for (String service : List.of("user", "user1", "user/eu", "order")) {
                rollcall.register(Instance.of(service, "10.0.0.7:80")).awaitRegistered(SOON);
            }
            assertThat(rollcall.discover("user").snapshot().instances())
                    .extracting(found -> found.instance().service())
                    .containsExactly("user");
            assertThat(rollcall.discoverAll("user").snapshot().instances())
                    .extracting(found -> found.instance().service())
                    .containsExactlyInAnyOrder("user", "user/eu");
            assertThat(rollcall.discoverAll("").snapshot().instances()).hasSize(4);
            assertThat(rollcall.services()).containsExactly("order", "user", "user/eu", "user1");
        }
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        String[] endpoints = etcd.endpoints().toArray(String[]::new);
        try (Rollcall a = Rollcall.builder(endpoints).prefix("a").connect();
                Rollcall b = Rollcall.builder(endpoints).prefix("b").connect()) {
            a.register(Instance.of("user", "10.0.0.7:80")).awaitRegistered(SOON);
            assertThat(a.services()).containsExactly("user");
            assertThat(b.services()).isEmpty();
            assertThat(b.discover("user").snapshot().instances()).isEmpty();
            assertThat(a.etcd().kv().get("a/services/user/10.0.0.7:80")).isPresent();
        }
    }

    @Test
    void thePlainFormatIsSharedWithSimplePrograms() {
        String[] endpoints = etcd.endpoints().toArray(String[]::new);
        try (Rollcall rollcall =
                Rollcall.builder(endpoints).keyspace(Keyspace.plain("/service")).connect()) {
            Sightings raw = new Sightings();
            Follower follower = rollcall.follow(
                    "/service",
                    (key, value) -> raw.tell("put " + key + " " + value),
                    (key, last) -> raw.tell("gone " + key + " " + last));
            Sightings sightings = new Sightings();
            rollcall.discover("user", sightings);

            rollcall.etcd().kv().put("/service/user/by-hand", "10.0.0.8:80");
            rollcall.etcd().kv().put("/service1/user/x", "10.0.0.8:80");
            Registration me =
                    rollcall.register(Instance.of("user", "1", "10.0.0.7:8080")).awaitRegistered(SOON);
            KeyValue written = rollcall.etcd().kv().get("/service/user/1").orElseThrow();
            assertThat(written.value()).hasToString("10.0.0.7:8080");
            sightings.await("up by-hand");
            sightings.await("up 1");
            raw.await("put /service/user/1 10.0.0.7:8080");

            me.close();
            sightings.await("down 1 UNKNOWN", Duration.ofSeconds(2));
            raw.await("gone /service/user/1 10.0.0.7:8080");
            assertThat(raw.all()).noneMatch(line -> line.contains("/service1"));
            follower.close();
            assertThat(follower.awaitClosed(SOON)).isTrue();
        }
    }

    @Test
    void aServerRegistersThePortThatItGot() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Rollcall rollcall = connect()) {
            Instance me = Instance.builder("user")
                    .endpoint("127.0.0.1", socket.getLocalPort())
                    .build();
            rollcall.register(me).awaitRegistered(SOON);
            assertThat(PickStrategy.roundRobin()
                            .over(rollcall.discover("user"))
                            .pick()
                            .endpoint()
                            .port())
                    .isEqualTo(socket.getLocalPort());
        }
    }

    @Test
    void aValueThatNobodyUnderstandsIsKeptAsideAndHarmsNoOther() {
        try (Rollcall rollcall = connect()) {
            rollcall.etcd().kv().put("services/user/broken", "{\"Addr\":");
            rollcall.etcd().kv().put("services/user/", "nobody");
            rollcall.etcd().kv().put("services/user/go", "{\"Op\":0,\"Addr\":\"10.0.0.9:80\",\"Metadata\":{\"w\":1}}");
            ServiceView users = rollcall.discover("user");
            assertThat(users.snapshot().instances())
                    .extracting(found -> found.instance().id())
                    .containsExactly("go");
            assertThat(users.snapshot().quarantined()).hasSize(2);
            assertThat(rollcall.health().views())
                    .singleElement()
                    .satisfies(view -> assertThat(view.quarantined()).isEqualTo(2));
        }
    }
}
