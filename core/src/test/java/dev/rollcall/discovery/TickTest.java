package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is due by time alone, in a view to which nothing happens. */
@Timeout(60)
class TickTest {

    @Test
    void aTickThatComesTooEarlyIsFollowedByAnother() {
        HastyTimer timer = new HastyTimer();
        try (TestEtcd etcd = EtcdSpec.embedded().start();
                EtcdClient client = EtcdClient.connect(etcd.endpoints().get(0));
                CallbackPool pool = CallbackPool.start("rollcall-test", 2)) {
            DiscoverySettings settings = DiscoverySettings.DEFAULTS.withAuditPeriod(Duration.ZERO);
            try (Discovery discovery = SimulatedDiscovery.over(
                    client,
                    Keyspace.standard(),
                    settings,
                    timer,
                    pool,
                    pool,
                    TimeSource.system(),
                    RandomSource.system())) {
                ServiceView view = discovery.view("user");
                assertThat(view.awaitSnapshot(Duration.ofSeconds(10)).freshness())
                        .isEqualTo(Freshness.LIVE);
                Await.until(() -> timer.delays().size() >= 50);
                assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
            }
        } finally {
            timer.close();
        }
    }
}
