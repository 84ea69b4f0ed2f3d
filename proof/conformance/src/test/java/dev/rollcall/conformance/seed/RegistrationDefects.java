package dev.rollcall.conformance.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the C++ registrar loses for ever, or leaves behind for ever. */
abstract class RegistrationDefects extends SeedDefects {

    private static final String KEY = "/svc/user/1";

    @Test
    void defectBARegistrationOutlivesARestartOfTheStore() {
        try (Rollcall rollcall = rollcall()) {
            Registration me = registered(rollcall, user("1", "10.0.0.1:80"));
            long created = stored(KEY).orElseThrow().createRevision();
            etcd().kill();
            etcd().start();
            awaitStored(KEY, SOON);
            me.awaitRegistered(SOON);
            assertThat(stored(KEY).orElseThrow().createRevision()).isEqualTo(created);
        }
    }

    @Test
    void defectCARegistrationComesBackIntoAnEmptiedStore() {
        try (Rollcall rollcall = rollcall()) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            etcd().wipe();
            awaitStored(KEY, Duration.ofSeconds(5));
            assertThat(stored(KEY).orElseThrow().lease()).isNotEqualTo(LeaseId.NONE);
        }
    }

    @Test
    void defectK2OneCutConnectionLosesNothing() {
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint());
                Rollcall rollcall = rollcall(proxy.endpoint())) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            long created = stored(KEY).orElseThrow().createRevision();
            for (int i = 0; i < 3; i++) {
                proxy.resetAll();
                Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            }
            Awaitility.await()
                    .during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(6))
                    .until(() -> stored(KEY)
                            .filter(kv -> kv.createRevision() == created)
                            .isPresent());
        }
    }

    @Test
    void defectDAProcessThatWasStoppedComesBack() {
        try (RegistrarProcess registrar = RegistrarProcess.start(endpoint(), "/svc", "user", "1", "10.0.0.1:80")) {
            assertThat(stored(KEY)).isPresent();
            registrar.signal("STOP");
            awaitGone(KEY, Duration.ofSeconds(8));
            registrar.signal("CONT");
            awaitStored(KEY, Duration.ofSeconds(3));
        }
    }

    @Test
    void aKilledProcessIsGoneWhenItsLeaseRunsOut() {
        try (RegistrarProcess registrar = RegistrarProcess.start(endpoint(), "/svc", "user", "1", "10.0.0.1:80")) {
            registrar.signal("KILL");
            awaitGone(KEY, Duration.ofSeconds(5));
        }
    }

    @Test
    void defectFOfTwoOwnersTheSecondWaitsAndTheFirstIsNotHurtByIt() {
        try (Rollcall first = rollcall();
                Rollcall second = rollcall()) {
            Registration one = registered(first, user("1", "10.0.0.1:80"));
            Registration two = second.register(user("1", "10.0.0.2:80"));
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> two.reason().length() > 0 && two.state() == RegistrationState.REGISTERING);
            two.close();
            assertThat(stored(KEY).orElseThrow().value().utf8()).isEqualTo("10.0.0.1:80");
            Registration third = second.register(user("1", "10.0.0.3:80"));
            one.close();
            third.awaitRegistered(SOON);
            assertThat(stored(KEY).orElseThrow().value().utf8()).isEqualTo("10.0.0.3:80");
        }
    }

    @Test
    void defectFAProcessThatComesBackAtOnceTakesItsOwnKeyOver() {
        try (RegistrarProcess before = RegistrarProcess.start(endpoint(), "/svc", "user", "1", "10.0.0.1:80")) {
            before.signal("KILL");
            try (Rollcall after = rollcall()) {
                long start = System.nanoTime();
                registered(after, user("1", "10.0.0.1:80"));
                assertThat(System.nanoTime() - start).isLessThan(2_500_000_000L);
                Awaitility.await()
                        .during(Duration.ofSeconds(4))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> stored(KEY).isPresent());
            }
        }
    }

    @Test
    void defectHAThousandRegistrationsShareOneLeaseAndFewThreads() {
        int before = Thread.activeCount();
        try (Rollcall rollcall = rollcall()) {
            List<Registration> all = new ArrayList<>(rollcall.registerAll(IntStream.range(0, 1000)
                    .mapToObj(i -> user("n" + i, "10.0.0.1:" + (1000 + i)))
                    .toList()));
            all.forEach(registration -> registration.awaitRegistered(Duration.ofSeconds(30)));
            assertThat(etcd().liveLeases()).hasSize(1);
            assertThat(operator().kv().ls("/svc/user/")).hasSize(1000);
            assertThat(Thread.activeCount() - before).isLessThan(30);
        }
        assertThat(operator().kv().ls("/svc/user/")).isEmpty();
    }

    @Test
    void defectIAStoreThatComesLaterFindsTheRegistrationWaitingAndLeased() {
        etcd().stop();
        try (Rollcall rollcall = rollcall()) {
            long start = System.nanoTime();
            Registration me = rollcall.register(user("1", "10.0.0.1:80"));
            assertThat(System.nanoTime() - start)
                    .as("register does not wait for the store")
                    .isLessThan(1_000_000_000L);
            assertThat(me.state()).isEqualTo(RegistrationState.REGISTERING);
            etcd().start();
            me.awaitRegistered(SOON);
            assertThat(stored(KEY).orElseThrow().lease()).isNotEqualTo(LeaseId.NONE);
        }
    }

    @Test
    void defectJAStoreThatHangsHoldsNobodyUpForEver() {
        try (Rollcall rollcall = rollcall()) {
            Registration running = registered(rollcall, user("1", "10.0.0.1:80"));
            etcd().pause();
            long start = System.nanoTime();
            Registration late = rollcall.register(user("2", "10.0.0.2:80"));
            rollcall.discover("other");
            assertThat(System.nanoTime() - start).isLessThan(7_000_000_000L);
            Awaitility.await("it knows that it may be lost")
                    .atMost(Duration.ofSeconds(6))
                    .until(() ->
                            running.state() == RegistrationState.SUSPECT || running.state() == RegistrationState.LOST);
            etcd().resume();
            late.awaitRegistered(SOON);
            running.awaitRegistered(SOON);
            awaitStored(KEY, Duration.ofSeconds(5));
        }
    }

    @Test
    void defectMAKeyThatAnOperatorDeletesComesBack() {
        try (Rollcall rollcall = rollcall()) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            operator().kv().delete(KEY);
            awaitStored(KEY, Duration.ofSeconds(5));
        }
    }

    /** More keys than are watched one by one, so only an audit can know. */
    @Test
    void defectMAValueThatAnOperatorAltersUnderTheLeaseIsPutRight() {
        try (Rollcall rollcall = Rollcall.builder(endpoint())
                .keyspace(Keyspace.plain("/svc"))
                .auditPeriod(Duration.ofSeconds(1))
                .connect()) {
            rollcall.registerAll(IntStream.range(0, 150)
                            .mapToObj(i -> user("n" + i, "10.0.0.1:" + (1000 + i)))
                            .toList())
                    .forEach(registration -> registration.awaitRegistered(SOON));
            for (String id : List.of("n99", "n149")) {
                operator().kv().put(Put.of("/svc/user/" + id, "10.0.0.9:9").underSameLease());
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() ->
                            stored("/svc/user/n99").orElseThrow().value().utf8().equals("10.0.0.1:1099")
                                    && stored("/svc/user/n149")
                                            .orElseThrow()
                                            .value()
                                            .utf8()
                                            .equals("10.0.0.1:1149"));
            assertThat(rollcall.health().registrar().auditDifferences()).isPositive();
        }
    }

    @Test
    void defectMALeaseThatAnOperatorRevokesIsReplaced() {
        try (Rollcall rollcall = rollcall()) {
            registered(rollcall, user("1", "10.0.0.1:80"));
            LeaseId lease = stored(KEY).orElseThrow().lease();
            operator().leases().revoke(lease);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() ->
                            stored(KEY).filter(kv -> !kv.lease().equals(lease)).isPresent());
        }
    }

    @Test
    void aPoliteStopIsSeenAtOnce() {
        try (Rollcall rollcall = rollcall()) {
            Registration me = registered(rollcall, user("1", "10.0.0.1:80"));
            me.close();
            assertThat(stored(KEY)).isEmpty();
        }
    }
}
