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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches whose bytes do not all arrive, or not as they were, while keys change. */
abstract class WatchFaults {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int INSTANCES = 10;
    private static final int PLACES = Places.cuts(20);

    /** Bytes that the news of two rounds of writes take, about. */
    private static final int SPAN = 2_400;

    private String endpoint = "";

    @BeforeEach
    void connect(TestEtcd etcd) {
        endpoint = etcd.endpoints().get(0);
    }

    @Test
    void aWatchThatEndsInTheMiddleOfANewsTellsEachChangeOnce() throws InterruptedException, ExecutionException {
        Places.each(PLACES, this::endEarly);
    }

    @Test
    void aChangedByteOfAWatchIsPutRightByTheNextList() throws InterruptedException, ExecutionException {
        Places.each(PLACES, this::flipOne);
    }

    private void endEarly(int number) {
        Fault end = Places.end(number);
        Witness witness = new Witness();
        try (Watched watched = new Watched(endpoint, "/end" + number, witness)) {
            watched.strike(end.after((long) SPAN * number / PLACES));
            watched.proxy.heal();
            watched.writeAll();
            watched.awaitTruth("ended by " + end);
            assertThat(watched.users.health().lists())
                    .as("lists: the watch goes on where it was")
                    .isEqualTo(1);
        }
        witness.assertCalm();
        assertThat(witness.resyncs()).isEmpty();
        assertThat(witness.up()).hasSize(INSTANCES);
    }

    private void flipOne(int number) {
        try (Watched watched = new Watched(endpoint, "/flip" + number, new Witness())) {
            watched.strike(Fault.flip().after((long) SPAN * number / PLACES));
            watched.proxy.refuse();
            watched.proxy.existing().both(Fault.reset());
            await().atMost(SOON).until(() -> watched.users.snapshot().freshness() == Freshness.STALE);
            Truth.forgetThePast(watched.operator, "/flipped/" + number);
            watched.proxy.heal();
            watched.awaitTruth("flipped at place " + number);
            assertThat(watched.users.snapshot().quarantined()).isEmpty();
        }
    }

    /** A view behind a proxy, and somebody who changes what it shows. */
    private static final class Watched implements AutoCloseable {

        private final FaultProxy proxy;
        private final EtcdClient operator;
        private final Rollcall rollcall;
        private final String dir;
        private final AtomicInteger round = new AtomicInteger();
        private final ServiceView users;

        Watched(String endpoint, String dir, Witness witness) {
            this.dir = dir;
            proxy = FaultProxy.inFrontOf(endpoint);
            operator = EtcdClient.connect(endpoint);
            rollcall = Rollcall.builder(proxy.endpoint())
                    .keyspace(Keyspace.plain(dir))
                    .connect();
            writeAll();
            users = rollcall.discover("user", witness);
            users.awaitInstances(INSTANCES, SOON);
            writeAll();
            awaitTruth("what is written after the list comes over the watch");
        }

        void writeAll() {
            int port = 1000 + round.getAndIncrement();
            Puts.many(operator, INSTANCES, n -> Put.of(dir + "/user/" + n, "10.0.0." + n + ":" + port));
        }

        /** Writes until the fault has acted on what comes to the client. */
        void strike(Fault fault) {
            proxy.existing().toClient(fault);
            await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
                writeAll();
                return proxy.counters().acted(fault.kind()) > 0;
            });
        }

        void awaitTruth(String what) {
            await(what).atMost(SOON).untilAsserted(() -> {
                assertThat(users.snapshot().freshness()).isEqualTo(Freshness.LIVE);
                assertThat(Truth.shown(users)).isEqualTo(Truth.stored(operator, dir + "/user/"));
            });
        }

        @Override
        public void close() {
            rollcall.close();
            operator.close();
            proxy.close();
        }
    }
}
