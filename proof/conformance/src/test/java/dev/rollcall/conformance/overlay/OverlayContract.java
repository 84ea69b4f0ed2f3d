package dev.rollcall.conformance.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveryException;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.pick.LeftOut;
import dev.rollcall.pick.NoInstanceException;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator takes instances out of service and back, and every picker heeds it. */
@Timeout(120)
abstract class OverlayContract {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Instance ONE = Instance.of("user", "1", "10.0.0.7:8080");
    private static final Instance TWO = Instance.of("user", "2", "10.0.0.8:8080");
    private static final String OUT_ONE = "rollcall/overlay/services/user/1";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestEtcd etcd;
    private EtcdClient stranger;

    @BeforeEach
    void begin(TestEtcd store) {
        etcd = store;
        stranger = open(EtcdClient.connect(endpoint()));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    private String endpoint() {
        return etcd.endpoints().get(0);
    }

    private Rollcall connect() {
        return connect(Keyspace.standard());
    }

    private Rollcall connect(Keyspace keyspace) {
        return open(Rollcall.builder(endpoint())
                .keyspace(keyspace)
                .closeAtShutdown(false)
                .connect());
    }

    private static Registration registered(Rollcall rollcall, Instance instance) {
        return rollcall.register(instance).awaitRegistered(SOON);
    }

    /** A picker of a caller that sees so many instances. */
    private static Picker picker(Rollcall caller, int instances) {
        ServiceView users = caller.discover("user");
        users.awaitInstances(instances, SOON);
        return PickStrategy.roundRobin().over(users);
    }

    private static Set<String> picked(Picker picker) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            picker.tryPick().ifPresent(one -> ids.add(one.id()));
        }
        return ids;
    }

    private static void awaitPicked(Picker picker, String... ids) {
        await().atMost(SOON).until(() -> picked(picker), Set.of(ids)::equals);
    }

    private static List<String> leftOut(Picker picker) {
        return picker.leftOut().stream().map(LeftOut::reason).toList();
    }

    private Optional<KeyValue> stored(String key) {
        return stranger.kv().get(Get.key(key)).first();
    }

    @Test
    void whoIsTakenOutIsPickedByNobodyUntilItIsBack() {
        Rollcall owner = connect();
        Registration one = registered(owner, ONE);
        registered(owner, TWO);
        Rollcall operator = connect();
        Picker before = picker(connect(), 2);
        assertThat(picked(before)).containsExactlyInAnyOrder("1", "2");

        Overlay overlay = operator.takeOut("user", "1", "the disk is full");
        assertThat(overlay.incarnation()).isEqualTo(one.incarnation().orElseThrow());
        awaitPicked(before, "2");
        assertThat(leftOut(before)).containsExactly("taken out by hand: the disk is full");
        assertThat(picked(picker(connect(), 2)))
                .as("who comes later, from its first pick on")
                .containsExactly("2");
        assertThat(stored(OUT_ONE)).isPresent();
        assertThat(one.state()).isEqualTo(RegistrationState.REGISTERED);

        assertThat(operator.resume("user", "1")).contains(overlay);
        awaitPicked(before, "1", "2");
        assertThat(operator.resume("user", "1")).isEmpty();
    }

    @Test
    void itStaysOutWhereItsKeyIsLostAndWrittenAnewAndNotForTheNextIncarnation() {
        Rollcall owner = connect();
        Registration one = registered(owner, ONE);
        registered(owner, TWO);
        Rollcall caller = connect();
        Picker picker = picker(caller, 2);
        caller.takeOut("user", "1", "");
        awaitPicked(picker, "2");
        KeyValue first = stored("services/user/1").orElseThrow();

        stranger.leases().revoke(first.lease());
        await().atMost(SOON)
                .until(() -> stored("services/user/1")
                        .filter(kv -> kv.createRevision() > first.createRevision())
                        .isPresent());
        one.awaitRegistered(SOON);
        awaitPicked(picker, "2");
        assertThat(leftOut(picker)).containsExactly("taken out by hand");

        one.close();
        registered(owner, ONE);
        awaitPicked(picker, "1", "2");
    }

    @Test
    void aSuccessorAtTheSameAddressIsInServiceAtOnce() {
        Bytes key = Keyspace.standard().key(ONE.identity());
        stranger.kv().put(Put.of(key, Keyspace.standard().encode(ONE, Incarnation.named("the first"))));
        Rollcall caller = connect();
        Picker picker = picker(caller, 1);
        caller.takeOut("user", "1", "");
        awaitPicked(picker);

        registered(connect(), ONE);

        awaitPicked(picker, "1");
        assertThat(caller.discovery().overlays().now().all()).hasSize(1);
    }

    @Test
    void whereAllAreTakenOutNobodyIsPickedAndTheReasonIsSaid() {
        Rollcall rollcall = connect();
        registered(rollcall, ONE);
        registered(rollcall, TWO);
        Picker picker = picker(rollcall, 2);
        rollcall.takeOut("user", "1", "moving house");
        rollcall.takeOut("user", "2", "moving house");

        awaitPicked(picker);
        assertThatThrownBy(picker::pick)
                .isInstanceOf(NoInstanceException.class)
                .hasMessageContaining("2 registered, 2 taken out by hand: moving house (1, 2)");
    }

    @Test
    void whatCannotBeReadLeavesTheLastGoodOneInForceAndEverythingElseAlone() {
        Rollcall rollcall = connect();
        registered(rollcall, ONE);
        registered(rollcall, TWO);
        Picker picker = picker(rollcall, 2);
        rollcall.takeOut("user", "1", "once");
        awaitPicked(picker, "2");

        stranger.kv().put(OUT_ONE, "graffiti");
        stranger.kv().put("rollcall/overlay/services/user/2", "{\"status\":\"paused\"}");
        stranger.kv().put("rollcall/overlay/services/", "nobody");
        await().atMost(SOON)
                .until(() -> rollcall.discovery().overlays().health().quarantined(), n -> n == 2);

        assertThat(picked(picker)).containsExactly("2");
        assertThat(leftOut(picker)).containsExactly("taken out by hand: once");
        assertThat(rollcall.health().live()).isTrue();
        assertThat(rollcall.resume("user", "1"))
                .as("it takes away what nobody can read")
                .isPresent();
        awaitPicked(picker, "1", "2");
    }

    @Test
    void aStoreThatIsAwayBringsNobodyBack() {
        Rollcall rollcall = connect();
        registered(rollcall, ONE);
        registered(rollcall, TWO);
        ServiceView users = rollcall.discover("user");
        users.awaitInstances(2, SOON);
        Picker picker = PickStrategy.random().over(users);
        rollcall.takeOut("user", "1", "");
        awaitPicked(picker, "2");

        etcd.stop();
        await().atMost(SOON).until(() -> users.snapshot().freshness() == Freshness.STALE);
        assertThat(picked(picker)).containsExactly("2");
        etcd.start();
        await().atMost(SOON).until(() -> users.snapshot().freshness() == Freshness.LIVE);

        assertThat(picked(picker)).containsExactly("2");
        rollcall.resume("user", "1");
        awaitPicked(picker, "1", "2");
    }

    @Test
    void thereIsOneWatchForAllAndNoneBeforeSomebodyPicks() {
        Rollcall rollcall = connect();
        ServiceView users = rollcall.discover("user");
        ServiceView orders = rollcall.discover("order");
        await().atMost(SOON).until(() -> etcd.openWatches() == 2);

        PickStrategy.random().over(users);
        PickStrategy.weighted().over(users);
        PickStrategy.random().over(orders);
        rollcall.discovery().overlays().awaitSnapshot(SOON);

        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> etcd.openWatches() == 3);
        assertThat(rollcall.health().views()).hasSize(2);
    }

    @Test
    void whoDeregistersTakesItsOverlayWithItAndNobodyElsesOne() {
        Rollcall owner = connect();
        Registration one = registered(owner, ONE);
        registered(owner, TWO);
        Rollcall operator = connect();
        operator.takeOut("user", "1", "");
        operator.takeOut("user", "2", "");
        String foreign = "rollcall/overlay/services/user/3";
        stranger.kv().put(foreign, "{\"status\":\"paused\",\"incarnation\":\"another\"}");

        one.close();
        await().atMost(SOON).until(() -> stored(OUT_ONE).isEmpty());
        assertThat(stored("rollcall/overlay/services/user/2")).isPresent();

        owner.close();
        assertThat(stored("rollcall/overlay/services/user/2"))
                .as("closing waits for it")
                .isEmpty();
        assertThat(stored(foreign)).isPresent();
    }

    @Test
    void theOverlayOfASuccessorOutlivesItsPredecessorsFarewell() {
        Rollcall owner = connect();
        Registration one = registered(owner, ONE);
        String value = "{\"v\":1,\"status\":\"paused\",\"incarnation\":\"another\"}";
        stranger.kv().put(OUT_ONE, value);

        one.close();
        owner.close();

        assertThat(stored(OUT_ONE).orElseThrow().value()).hasToString(value);
    }

    @Test
    void whoIsNotRegisteredCannotBeTakenOut() {
        Rollcall operator = connect();
        assertThatThrownBy(() -> operator.takeOut("user", "1", ""))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("user/1 is not registered");
        assertThat(stored(OUT_ONE)).isEmpty();
    }

    @Test
    void anOwnerHearsThatItWasTakenOutAndThatItIsBack() {
        Rollcall owner = connect();
        Registration one = registered(owner, ONE);
        List<String> heard = new CopyOnWriteArrayList<>();
        owner.onOverlay(one, overlay -> heard.add(overlay.map(Overlay::reason).orElse("in service")));
        await().atMost(SOON).until(() -> heard, List.of("in service")::equals);
        Rollcall operator = connect();
        registered(operator, TWO);

        operator.takeOut("user", "2", "another");
        operator.takeOut("user", "1", "first");
        await().atMost(SOON).until(() -> heard.size() == 2);
        operator.takeOut("user", "1", "second");
        await().atMost(SOON).until(() -> heard.size() == 3);
        operator.resume("user", "1");

        await().atMost(SOON).until(() -> heard, List.of("in service", "first", "second", "in service")::equals);
    }

    @Test
    void whereTheFormatNamesNoIncarnationTheLifeOfTheKeyCounts() {
        Keyspace plain = Keyspace.plain("/service");
        Rollcall owner = connect(plain);
        Registration one = registered(owner, ONE);
        Rollcall caller = connect(plain);
        Picker picker = picker(caller, 1);
        Overlay overlay = caller.takeOut("user", "1", "");
        KeyValue key = stored("/service/user/1").orElseThrow();
        assertThat(overlay.incarnation()).isEqualTo(Incarnation.ofKey(key.createRevision()));
        assertThat(stored("rollcall/overlay//service/user/1")).isPresent();
        assertThat(key.value()).as("C++ neighbours see what they saw").hasToString("10.0.0.7:8080");
        awaitPicked(picker);

        one.update(me -> me.toBuilder().endpoint("10.0.0.7:8081").build());
        one.awaitRegistered(SOON);
        await().during(Duration.ofMillis(300))
                .atMost(SOON)
                .until(() -> picked(picker).isEmpty());

        stranger.kv().delete(Delete.key(key.key()));
        awaitPicked(picker, "1");

        caller.takeOut("user", "1", "again");
        awaitPicked(picker);
        one.close();
        await().atMost(SOON)
                .until(() -> stored("rollcall/overlay//service/user/1").isEmpty());
    }

    @Test
    void whereTheKeyspaceIsTheWholeStoreOverlaysAreNobody() {
        Keyspace whole = Keyspace.plain("");
        Rollcall rollcall = connect(whole);
        registered(rollcall, ONE);
        rollcall.takeOut("user", "1", "");

        ServiceView all = rollcall.discoverAll("");
        assertThat(all.awaitInstances(1, SOON).instances()).hasSize(1);
        assertThat(all.snapshot().quarantined()).isEmpty();
        assertThat(rollcall.services()).containsExactly("user");
        assertThat(PickStrategy.random().over(all).tryPick()).isEmpty();
    }

    @Test
    void aPickerOverAClosedDiscoveryGoesOnWithWhatWasKnown() {
        registered(connect(), ONE);
        Rollcall caller = Rollcall.builder(endpoint()).closeAtShutdown(false).connect();
        ServiceView users = caller.discover("user");
        users.awaitInstances(1, SOON);
        caller.close();

        assertThat(PickStrategy.random().over(users).pick().id()).isEqualTo("1");
    }
}
