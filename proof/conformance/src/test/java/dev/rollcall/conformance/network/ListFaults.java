package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists whose bytes do not all arrive, or not as they were. */
abstract class ListFaults {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int INSTANCES = 1_000;
    private static final int PLACES = Places.cuts(20);

    private String endpoint = "";
    private long listBytes;

    @BeforeEach
    void fill(TestEtcd etcd) {
        endpoint = etcd.endpoints().get(0);
        try (EtcdClient operator = EtcdClient.connect(endpoint)) {
            Puts.many(operator, INSTANCES, n -> Put.of("/big/user/" + n, "10.0." + n / 250 + "." + n % 250 + ":80"));
        }
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint);
                Rollcall rollcall = rollcall(proxy)) {
            rollcall.discover("user").awaitInstances(INSTANCES, SOON);
            listBytes = proxy.counters().toClient();
        }
    }

    @Test
    void aListThatEndsTooEarlyIsNeverTakenForAWholeOne() throws InterruptedException, ExecutionException {
        atEachPlace(this::endEarly);
    }

    @Test
    void aChangedByteBreaksTheConnectionOrSpoilsOneEntryUntilTheNextList()
            throws InterruptedException, ExecutionException {
        atEachPlace(this::flipOne);
    }

    private interface Trial {
        void at(long bytes, int number);
    }

    /** Tries places all over the list. */
    private void atEachPlace(Trial trial) throws InterruptedException, ExecutionException {
        Places.each(PLACES, number -> trial.at(300 + listBytes * 9 / 10 * number / PLACES, number));
    }

    private void endEarly(long bytes, int number) {
        Fault end = Places.end(number);
        Witness witness = new Witness();
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint)) {
            proxy.upcoming().toClient(end.after(bytes));
            try (Rollcall rollcall = rollcall(proxy)) {
                ServiceView users = rollcall.discover("user", witness);
                await().atMost(SOON).until(() -> proxy.counters().acted(end.kind()) > 0);
                proxy.heal();
                users.awaitInstances(INSTANCES, SOON);
                await().atMost(SOON).until(() -> witness.up().size() == INSTANCES);
            }
        }
        witness.assertCalm();
        assertThat(witness.initialSizes())
                .as("lists told, cut after %d bytes", bytes)
                .isSubsetOf(0, INSTANCES);
    }

    private void flipOne(long bytes, int number) {
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint);
                EtcdClient operator = EtcdClient.connect(endpoint)) {
            proxy.upcoming().toClient(Fault.flip().after(bytes));
            try (Rollcall rollcall = rollcall(proxy)) {
                ServiceView users = rollcall.discover("user");
                await().atMost(SOON).until(() -> proxy.counters().acted(Fault.Kind.FLIP) > 0);
                // Or the same place of each next connection is struck, too, and there is no list at all.
                proxy.heal();
                users.awaitSnapshot(SOON);

                proxy.refuse();
                proxy.existing().both(Fault.reset());
                await().atMost(SOON).until(() -> users.snapshot().freshness() == Freshness.STALE);
                Truth.forgetThePast(operator, "/big/other/" + number);
                proxy.heal();
                await("the next list heals, flipped after " + bytes + " bytes")
                        .atMost(SOON)
                        .untilAsserted(
                                () -> assertThat(Truth.shown(users)).isEqualTo(Truth.stored(operator, "/big/user/")));
                assertThat(users.snapshot().quarantined()).isEmpty();
            }
        }
    }

    private static Rollcall rollcall(FaultProxy proxy) {
        return Rollcall.builder(proxy.endpoint())
                .keyspace(Keyspace.plain("/big"))
                .startBound(Duration.ZERO)
                .connect();
    }
}
