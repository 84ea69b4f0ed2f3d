package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two endpoints that answer for two clusters. */
class ForeignClusterTest {

    private final ScriptedEtcd ours = ScriptedEtcd.start();
    private final ScriptedEtcd theirs = ScriptedEtcd.start();

    @AfterEach
    void closeAll() {
        ours.close();
        theirs.close();
    }

    private static void belongs(ScriptedEtcd etcd, long cluster) {
        StatusResponse status = EtcdMessages.status("3.5.16", 1);
        etcd.always(MaintenanceGrpc.getStatusMethod())
                .reply(status.toBuilder()
                        .setHeader(status.getHeader().toBuilder().setClusterId(cluster))
                        .build());
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(7));
    }

    @Test
    void anEndpointOfAnotherClusterIsRefusedByNameAndAskedNothing() {
        belongs(ours, 0xa);
        theirs.down();
        belongs(theirs, 0xb);
        try (EtcdClient client = EtcdClient.connect(ours.endpoint(), theirs.endpoint())) {
            client.kv().get("/a");
            theirs.up();

            EtcdException refused = catchThrowableOfType(
                    EtcdException.class, () -> client.cluster().status(theirs.endpoint()));

            assertThat(refused.code()).isEqualTo(EtcdError.OTHER_CLUSTER);
            assertThat(refused)
                    .hasMessageContaining(theirs.endpoint())
                    .hasMessageContaining("cluster b")
                    .hasMessageContaining("cluster a");
            ours.breakConnections();
            for (int i = 0; i < 20; i++) {
                client.kv().get("/a");
            }
            assertThat(theirs.requests(KVGrpc.getRangeMethod())).isEmpty();
        }
    }

    @Test
    void aStoreThatWasSwappedIsTakenOnceNoEndpointAnswersForTheOldOne() {
        belongs(ours, 0xa);
        belongs(theirs, 0xa);
        try (EtcdClient client = EtcdClient.connect(ours.endpoint(), theirs.endpoint())) {
            client.kv().get("/a");
            belongs(ours, 0xb);
            belongs(theirs, 0xb);
            ours.breakConnections();
            theirs.breakConnections();

            await().ignoreExceptions().atMost(Duration.ofSeconds(20)).until(() -> {
                client.kv().get("/a");
                return client.cluster().status(ours.endpoint()).header().clusterId() == 0xb;
            });
        }
    }
}
