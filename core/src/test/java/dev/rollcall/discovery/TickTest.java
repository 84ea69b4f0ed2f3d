package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.internal.CallbackPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is due by time alone, in a view to which nothing happens. */
@Timeout(60)
class TickTest {

    @Test
    void aTickThatComesTooEarlyIsFollowedByAnother() {
        try (HastyTimer timer = new HastyTimer();
                TestEtcd etcd = EtcdSpec.embedded().start();
                EtcdClient client = EtcdClient.connect(etcd.endpoints().get(0));
                CallbackPool pool = CallbackPool.start("rollcall-test", 2);
                Discovery discovery = timer.discovery(client, pool)) {
            ServiceView view = discovery.view("user");
            assertThat(view.awaitSnapshot(Duration.ofSeconds(10)).freshness()).isEqualTo(Freshness.LIVE);

            Await.until(() -> timer.delays().size() >= 50);

            assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
        }
    }
}
