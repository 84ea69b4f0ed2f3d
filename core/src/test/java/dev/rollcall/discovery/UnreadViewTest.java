package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnreadViewTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @Test
    void aViewOpenedByWhoMustNotWaitIsReadBehindTheScenes() {
        etcd.etcd().pause();
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().get(0));
                Discovery discovery = Discovery.over(client, Keyspace.standard(), DiscoverySettings.DEFAULTS);
                ServiceView view = discovery.openView("user")) {
            assertThat(view.snapshot().known()).isFalse();
            etcd.etcd().resume();
            assertThat(view.awaitSnapshotAsync().toCompletableFuture())
                    .succeedsWithin(Duration.ofSeconds(15))
                    .satisfies(read -> assertThat(read.known()).isTrue());
        } finally {
            etcd.etcd().resume();
        }
    }
}
