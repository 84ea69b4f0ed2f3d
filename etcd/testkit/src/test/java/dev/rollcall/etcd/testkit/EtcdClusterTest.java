package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("contract")
class EtcdClusterTest {

    @Test
    void aLeaderThatSleptIsNotTakenForTheLeader() {
        try (TestEtcd cluster = EtcdSpec.cluster("3.4.23", 3).start()) {
            TestEtcd sleeper = cluster.leader();
            sleeper.pause();
            TestEtcd next = cluster.leader();
            assertThat(next).isNotSameAs(sleeper);
            sleeper.resume();
            assertThat(cluster.leader()).isSameAs(next);
        }
    }

    @Test
    void threeMembersElectALeaderAndSurviveItsKilling() {
        try (TestEtcd cluster = EtcdSpec.cluster("3.5.16", 3).start()) {
            assertThat(cluster.members()).hasSize(3);
            assertThat(cluster.endpoints()).hasSize(3).doesNotHaveDuplicates();
            TestEtcd leader = cluster.leader();
            try (RawClient client = new RawClient(leader)) {
                client.put("k", "v");
            }
            leader.kill();
            assertThat(cluster.running()).isFalse();
            TestEtcd next = cluster.leader();
            assertThat(next).isNotSameAs(leader);
            try (RawClient client = new RawClient(next.endpoints(), InsecureChannelCredentials.create())) {
                assertThat(client.get("k")).isEqualTo("v");
                cluster.start();
                assertThat(cluster.running()).isTrue();
                cluster.wipe();
                assertThat(client.get("k")).isNull();
            }
        }
    }

    @Test
    void aClusterOfTwoVersionsIsRestoredAsAWhole(@TempDir Path directory) throws Exception {
        try (TestEtcd cluster = EtcdSpec.mixed("3.4.23", "3.5.16", "3.5.16").start()) {
            assertThat(cluster.members()).extracting(TestEtcd::version).containsExactly("3.4.23", "3.5.16", "3.5.16");
            try (RawClient client = new RawClient(cluster.endpoints(), InsecureChannelCredentials.create())) {
                client.put("k", "before");
                cluster.saveSnapshot(directory.resolve("saved"));
                client.put("k", "after");
                cluster.restoreSnapshot(directory.resolve("saved"));
                assertThat(client.get("k")).isEqualTo("before");
                assertThatThrownBy(() -> cluster.member(0).restoreSnapshot(directory.resolve("saved")))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }
}
