package dev.rollcall.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmRequest.AlarmAction;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DefragmentRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaTest {
    private static final String NO_SPACE = "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded";
    private static final String VALUE = "x".repeat(10_000);

    private static void fill(RawClient client) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        client.put("a", VALUE);
                    }
                })
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(NO_SPACE);
    }

    private static List<AlarmMember> alarms(RawClient client) {
        return client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsList();
    }

    @Test
    void aFullStoreRefusesUntilItIsCompactedDefragmentedAndDisarmed() {
        try (EmbeddedEtcd etcd =
                        EmbeddedEtcd.builder().quotaBytes(500_000).httpPort(0).start();
                RawClient client = new RawClient(etcd)) {
            fill(client);
            AlarmMember alarm = AlarmMember.newBuilder()
                    .setMemberID(etcd.memberId())
                    .setAlarm(AlarmType.NOSPACE)
                    .build();
            assertThat(alarms(client)).containsExactly(alarm);
            long revision = etcd.revision();
            assertThat(revision).isBetween(40L, 50L);
            client.kv()
                    .compact(
                            CompactionRequest.newBuilder().setRevision(revision).build());
            disarm(client, alarm);
            fill(client);
            assertThat(etcd.revision()).as("without defragmenting").isEqualTo(revision);
            var unused = client.maintenance().defragment(DefragmentRequest.getDefaultInstance());
            assertThatThrownBy(() -> client.put("a", "1")).hasMessage(NO_SPACE);
            disarm(client, alarm);
            assertThat(client.put("a", "1").getHeader().getRevision()).isEqualTo(revision + 1);
        }
    }

    @Test
    void aStoreOnDiskIsFullAfterARestart(@TempDir Path directory) {
        EmbeddedEtcdBuilder builder =
                EmbeddedEtcd.builder().dataDirectory(directory).quotaBytes(500_000);
        try (EmbeddedEtcd etcd = builder.start();
                RawClient client = new RawClient(etcd)) {
            fill(client);
        }
        try (EmbeddedEtcd etcd = builder.quotaBytes(-1).start();
                RawClient client = new RawClient(etcd)) {
            assertThatThrownBy(() -> client.put("a", "1")).hasMessage(NO_SPACE);
            disarm(client, alarms(client).get(0));
            client.put("a", VALUE);
        }
    }

    private static void disarm(RawClient client, AlarmMember alarm) {
        var unused = client.maintenance()
                .alarm(AlarmRequest.newBuilder()
                        .setAction(AlarmAction.DEACTIVATE)
                        .setMemberID(alarm.getMemberID())
                        .setAlarm(alarm.getAlarm())
                        .build());
    }
}
