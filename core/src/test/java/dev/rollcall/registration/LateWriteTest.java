package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.instance.Instance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A write that was given up, and comes after its owner left. */
class LateWriteTest extends RegistrarScaffold {

    private static final Instance GONE = Instance.of("user", "10.0.0.9:8080");
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(60);

    @Test
    void itIsSweptAwayThoughNoAuditIsDue() {
        FaultProxy one = open(FaultProxy.inFrontOf(etcd.endpoints().get(0)));
        FaultProxy two = open(FaultProxy.inFrontOf(etcd.endpoints().get(0)));
        EtcdClient remote = open(EtcdClient.builder(one.endpoint(), two.endpoint())
                .callTimeout(CALL)
                .connect());
        Registrar unaudited = open(Registrar.over(
                remote,
                KEYSPACE,
                RegistrarSettings.defaults()
                        .withAuditPeriod(Duration.ZERO)
                        .withOptions(options().withLeaseTime(LEASE))));
        unaudited.register(USER).awaitRegistered(SOON);
        LeaseId lease = stored(USER).orElseThrow().lease();

        one.existing().toServer(Fault.stall());
        two.existing().toServer(Fault.stall());
        Registration left = unaudited.register(GONE);
        left.close();
        awaitState(left, RegistrationState.CLOSED);
        // Before anybody takes the connections for broken, since a break that is mended brings an audit.
        one.heal();
        two.heal();
        await().atMost(SOON).until(() -> stored(GONE).isEmpty());

        // As if its write had lain on the way until now.
        String key = KEYSPACE.key(GONE.identity()).utf8();
        client.kv().put(key, "came late", lease);
        await().atMost(Duration.ofSeconds(15)).until(() -> stored(GONE).isEmpty());
        assertThat(stored(USER)).isPresent();
        assertThat(one.counters().acted(Fault.Kind.STALL) + two.counters().acted(Fault.Kind.STALL))
                .isPositive();
    }
}
