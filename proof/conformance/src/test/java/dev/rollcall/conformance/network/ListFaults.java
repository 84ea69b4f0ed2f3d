package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
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
                users.awaitSnapshot(SOON);

                proxy.refuse();
                proxy.existing().both(Fault.reset());
                await().atMost(SOON).until(() -> users.snapshot().freshness() == Freshness.STALE);
                forgetThePast(operator, number);
                proxy.heal();
                Set<String> stored = operator.kv().ls("/big/user/").stream()
                        .map(kv -> kv.key().utf8() + "=" + kv.value().utf8())
                        .collect(Collectors.toSet());
                await("the next list heals, flipped after " + bytes + " bytes")
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(shown(users)).isEqualTo(stored));
                assertThat(users.snapshot().quarantined()).isEmpty();
            }
        }
    }

    /** So that what was missed can only be learnt from a list. */
    private static void forgetThePast(EtcdClient operator, int number) {
        try {
            operator.kv()
                    .compact(operator.kv()
                            .put("/big/other/" + number, "x")
                            .header()
                            .revision());
        } catch (EtcdException e) {
            assertThat(e.code()).as("another trial did it").isEqualTo(EtcdError.COMPACTED);
        }
    }

    private static Set<String> shown(ServiceView users) {
        return users.snapshot().instances().stream()
                .map(found -> found.key().utf8() + "=" + value(found.instance()))
                .collect(Collectors.toSet());
    }

    private static String value(Instance instance) {
        return instance.hasEndpoint() ? instance.endpoint().toString() : instance.text();
    }

    private static Rollcall rollcall(FaultProxy proxy) {
        return Rollcall.builder(proxy.endpoint())
                .keyspace(Keyspace.plain("/big"))
                .startBound(Duration.ZERO)
                .connect();
    }
}
