package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connections that are cut while a lease is granted, a key is put, or a key and its lease are taken back. */
abstract class WriteFaults {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(3);

    /** What the store and a busy machine may add to the end of a lease. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private static final int CYCLES = Places.cuts(100);

    /** Bytes that one exchange takes in a direction, at most; a cut behind its last byte strikes what comes next, or nothing. */
    private static final int SPAN = 400;

    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final Set<String> withoutLease = ConcurrentHashMap.newKeySet();
    private final AtomicInteger struck = new AtomicInteger();

    @Test
    void noKeyIsWithoutALeaseAndNoLeaseIsLeftBehind(TestEtcd etcd) throws InterruptedException, ExecutionException {
        String endpoint = etcd.endpoints().get(0);
        try (EtcdClient operator = EtcdClient.connect(endpoint)) {
            long before = operator.kv().put("/before", "it begins").header().revision();
            operator.watches()
                    .watch(
                            WatchRequest.of(KeyRange.prefix("/cut/")).from(before),
                            batch -> batch.events().stream()
                                    .filter(event -> event.type() == WatchEvent.Type.PUT)
                                    .map(WatchEvent::kv)
                                    .forEach(this::look));
            Places.each(CYCLES, number -> cycle(endpoint, operator, number));

            await("every key and lease is over with the last lease time")
                    .atMost(LEASE.plus(SLACK))
                    .untilAsserted(() -> {
                        assertThat(operator.kv().ls("/cut/")).isEmpty();
                        assertThat(etcd.liveLeases()).isEmpty();
                    });
        }
        assertThat(withoutLease).as("keys that were ever without a lease").isEmpty();
        assertThat(written).as("keys that were seen").hasSize(CYCLES);
        assertThat(struck.get()).as("cuts that struck").isGreaterThan(CYCLES / 2);
    }

    private void look(KeyValue kv) {
        written.add(kv.key().utf8());
        if (kv.lease().isNone()) {
            withoutLease.add(kv.key().utf8());
        }
    }

    /** Registers and closes; in every second cycle the cut comes while it registers, else while it closes. */
    private void cycle(String endpoint, EtcdClient operator, int number) {
        Fault end = Places.end(number / 4);
        Fault fault = end.after((long) SPAN * number / CYCLES);
        boolean early = number % 2 == 0;
        boolean answers = number / 2 % 2 == 0;
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint)) {
            try (Rollcall rollcall = Rollcall.builder(proxy.endpoint())
                    .keyspace(Keyspace.plain("/cut"))
                    .leaseTime(LEASE)
                    .connect()) {
                rollcall.etcd().kv().get("/the connection is there");
                if (early) {
                    strike(proxy, fault, answers);
                }
                Registration me = rollcall.register(Instance.of("user", "" + number, "10.0.0.1:80"));
                me.awaitRegistered(SOON);
                assertThat(me.state()).isEqualTo(RegistrationState.REGISTERED);
                assertThat(operator.kv().get("/cut/user/" + number))
                        .as("registered, cut after %s", fault)
                        .hasValueSatisfying(
                                kv -> assertThat(kv.lease().isNone()).isFalse());
                proxy.heal();
                if (!early) {
                    strike(proxy, fault, answers);
                }
                me.close();
            }
            if (proxy.counters().acted(end.kind()) > 0) {
                struck.incrementAndGet();
            }
        }
    }

    private static void strike(FaultProxy proxy, Fault fault, boolean answers) {
        if (answers) {
            proxy.existing().toClient(fault);
        } else {
            proxy.existing().toServer(fault);
        }
    }
}
