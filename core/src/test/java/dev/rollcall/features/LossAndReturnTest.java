package dev.rollcall.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.RollcallHealth;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(90)
class LossAndReturnTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Instance ONE = Instance.of("user", "1", "10.0.0.7:8080");
    private static final Instance TWO = Instance.of("user", "2", "10.0.0.8:8080");

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static Rollcall connect() {
        return Rollcall.connect(etcd.endpoints().toArray(String[]::new));
    }

    @Test
    void whoDiesWithoutAWordIsDownWhenItsLeaseRunsOut() {
        try (Rollcall consumer = connect();
                EtcdClient dying = EtcdClient.connect(etcd.endpoints().toArray(String[]::new))) {
            Sightings sightings = new Sightings();
            consumer.discover("user", sightings);
            LeaseId lease = dying.leases().grant(Duration.ofSeconds(2)).id();
            Keyspace keyspace = consumer.keyspace();
            dying.kv()
                    .put(Put.of(keyspace.key(ONE.identity()), keyspace.encode(ONE))
                            .under(lease));
            sightings.await("up 1");
            sightings.await("down 1 EXPIRED");
        }
    }

    @Test
    void aRevokedLeaseIsReplacedAndTheInstanceComesBack() {
        try (Rollcall rollcall = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = rollcall.discover("user", sightings);
            Registration me = rollcall.register(ONE).awaitRegistered(SOON);
            sightings.await("up 1");
            LeaseId lease = users.awaitInstances(1, SOON).instances().get(0).lease();

            rollcall.etcd().leases().revoke(lease);
            sightings.awaitAll(
                    "up again",
                    SOON,
                    lines -> lines.stream().filter("up 1"::equals).count() == 2);
            me.awaitRegistered(SOON);
            assertThat(users.snapshot().instances().get(0).lease()).isNotEqualTo(lease);
        }
    }

    @Test
    void aKeyDeletedByOthersIsWrittenAgain() {
        try (Rollcall rollcall = connect()) {
            Sightings sightings = new Sightings();
            rollcall.discover("user", sightings);
            rollcall.register(ONE).awaitRegistered(SOON);
            sightings.await("up 1");
            Bytes key = rollcall.keyspace().key(ONE.identity());

            rollcall.etcd().kv().delete(Delete.key(key));
            sightings.awaitAll(
                    "up again",
                    SOON,
                    lines -> lines.stream().filter("up 1"::equals).count() == 2);
            assertThat(rollcall.etcd().kv().get(Get.key(key)).first()).isPresent();
        }
    }

    @Test
    void aRestartOfTheStoreShowsNothing() {
        try (Rollcall rollcall = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = rollcall.discover("user", sightings);
            Registration me = rollcall.register(ONE).awaitRegistered(SOON);
            sightings.await("up 1");

            etcd.etcd().restart();
            rollcall.register(TWO).awaitRegistered(SOON);
            sightings.await("up 2");
            me.awaitRegistered(SOON);
            assertThat(sightings.all()).containsExactly("up 1", "up 2");
            assertThat(users.snapshot().freshness()).isEqualTo(Freshness.LIVE);
        }
    }

    @Test
    void aStoreThatComesBackEmptyHasEveryoneBackAndNobodyDown() {
        try (Rollcall provider = connect();
                Rollcall consumer = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = consumer.discover("user", sightings);
            List<Registration> all = provider.registerAll(List.of(ONE, TWO));
            all.forEach(one -> one.awaitRegistered(SOON));
            users.awaitInstances(2, SOON);
            long epoch = users.snapshot().epoch();

            etcd.etcd().wipe();
            sightings.await("resynced");
            // One who has seen nothing before and so holds nothing back.
            try (Rollcall newcomer = connect()) {
                newcomer.discover("user").awaitInstances(2, Duration.ofSeconds(5));
            }
            assertThat(users.snapshot().epoch()).isGreaterThan(epoch);
            assertThat(users.snapshot().instances()).hasSize(2);
            assertThat(sightings.all()).noneMatch(line -> line.startsWith("down"));
        }
    }

    @Test
    void whoStartsWhileTheStoreIsAwayRegistersWhenItComes() {
        etcd.etcd().stop();
        String[] endpoints = etcd.endpoints().toArray(String[]::new);
        try (Rollcall rollcall =
                Rollcall.builder(endpoints).startBound(Duration.ofMillis(200)).connect()) {
            Registration me = rollcall.register(ONE);
            ServiceView users = rollcall.discover("user");
            assertThat(me.state()).isEqualTo(RegistrationState.REGISTERING);
            assertThat(users.snapshot().known()).isFalse();
            RollcallHealth away = rollcall.health();
            assertThat(away.visible()).isFalse();
            assertThat(away.live()).isFalse();

            etcd.etcd().start();
            me.awaitRegistered(SOON);
            users.awaitInstances(1, SOON);
            assertThat(rollcall.health().good()).isTrue();
        }
    }

    @Test
    void whatIsKnownIsShownOnWhileTheStoreIsAway() {
        try (Rollcall rollcall = connect()) {
            Sightings sightings = new Sightings();
            ServiceView users = rollcall.discover("user", sightings);
            rollcall.register(ONE).awaitRegistered(SOON);
            users.awaitInstances(1, SOON);
            CountDownLatch stale = new CountDownLatch(1);
            users.addListener(new SnapshotListener() {
                @Override
                public void freshness(Snapshot snapshot) {
                    if (snapshot.freshness() == Freshness.STALE) {
                        stale.countDown();
                    }
                }
            });

            etcd.etcd().stop();
            await(stale);
            assertThat(users.snapshot().instances()).hasSize(1);
            assertThat(rollcall.health().live()).isFalse();
            etcd.etcd().start();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
