package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EmbeddedNodeTest extends TestEtcdBehaviour {

    EmbeddedNodeTest() {
        super(EtcdSpec.embedded());
    }

    @Test
    void itsTimeCanBeMovedByTheTest() {
        ManualTime time = new ManualTime();
        try (TestEtcd etcd = EtcdSpec.embedded(builder -> builder.clock(time)).start();
                RawClient client = new RawClient(etcd)) {
            long lease = client.grant(600);
            assertThat(etcd.liveLeases()).containsExactly(lease);
            time.advance(Duration.ofSeconds(601));
            assertThat(Await.until(
                            Duration.ofSeconds(5), () -> etcd.liveLeases().isEmpty()))
                    .isTrue();
        }
    }

    @Test
    void itHasNoFlagsOrTls() {
        assertThatThrownBy(() -> EtcdSpec.embedded().withFlags("--max-txn-ops=8"))
                .hasMessageContaining("use EtcdSpec.real");
    }
}
