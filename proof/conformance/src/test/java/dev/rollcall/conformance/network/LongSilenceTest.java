package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing passes for a long time: {@code -Drollcall.silence} seconds, else 20. */
class LongSilenceTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration SILENCE = Duration.ofSeconds(Integer.getInteger("rollcall.silence", 20));
    private static final Duration STALE_WITHIN = Duration.ofSeconds(8);
    private static final Duration RIGHT_WITHIN = Duration.ofSeconds(3);
    private static final int INSTANCES = 5;

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded();

    @Test
    void aViewThatWasCutOffForLongShowsWhatItKnewAndSoonTheTruth() {
        Witness witness = new Witness();
        try (FaultProxy proxy = FaultProxy.inFrontOf(ETCD.endpoints().get(0));
                EtcdClient operator = EtcdClient.connect(ETCD.endpoints().get(0));
                Rollcall rollcall = Rollcall.builder(proxy.endpoint())
                        .keyspace(Keyspace.plain("/svc"))
                        .connect()) {
            Puts.many(operator, INSTANCES, n -> Put.of("/svc/user/" + n, "10.0.0." + n + ":80"));
            ServiceView users = rollcall.discover("user", witness);
            users.awaitInstances(INSTANCES, SOON);
            Set<String> known = Truth.shown(users);

            proxy.both(Fault.blackHole());
            long start = System.nanoTime();
            await().atMost(STALE_WITHIN).until(() -> users.snapshot().freshness() == Freshness.STALE);
            operator.kv().put("/svc/user/new", "10.0.0.9:80");
            operator.kv().put("/svc/user/1", "10.0.0.1:81");
            operator.kv().delete("/svc/user/2");
            Truth.forgetThePast(operator, "/other");
            await("nothing changes but its age")
                    .pollInterval(Duration.ofMillis(500))
                    .during(SILENCE.minusNanos(System.nanoTime() - start))
                    .atMost(SILENCE.plus(SOON))
                    .until(() -> {
                        Duration silent = Duration.ofNanos(System.nanoTime() - start);
                        Duration age = users.snapshot().age();
                        return users.snapshot().freshness() == Freshness.STALE
                                && Truth.shown(users).equals(known)
                                && age.minus(silent).abs().compareTo(Duration.ofSeconds(5)) < 0;
                    });
            witness.assertCalm();

            proxy.heal();
            await().atMost(RIGHT_WITHIN).untilAsserted(() -> {
                assertThat(users.snapshot().freshness()).isEqualTo(Freshness.LIVE);
                assertThat(Truth.shown(users)).isEqualTo(Truth.stored(operator, "/svc/user/"));
            });
            await().atMost(SOON).until(() -> !witness.resyncs().isEmpty());
            assertThat(witness.resyncs()).containsExactly("MISSED");
            assertThat(witness.downs()).hasSize(1).allMatch(down -> down.startsWith("2 "));
            assertThat(proxy.counters().acted(Fault.Kind.BLACK_HOLE)).isPositive();
        }
    }
}
