package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.PutRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for every single node, whatever it is made of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TestEtcdBehaviour {

    private final EtcdSpec spec;
    private TestEtcd etcd;
    private RawClient client;

    TestEtcdBehaviour(EtcdSpec spec) {
        this.spec = spec;
    }

    @BeforeAll
    void start() {
        etcd = spec.start();
    }

    @BeforeEach
    void connect() {
        client = new RawClient(etcd);
    }

    @AfterEach
    void disconnect() {
        client.close();
        etcd.start();
        etcd.clear();
    }

    @AfterAll
    void close() {
        etcd.close();
        assertThat(etcd.running()).isFalse();
    }

    @Test
    void aRestartKeepsDataAndAddress() {
        List<String> endpoints = etcd.endpoints();
        client.put("k", "v");
        etcd.kill();
        assertThat(etcd.running()).isFalse();
        etcd.start();
        assertThat(client.get("k")).isEqualTo("v");
        etcd.restart();
        assertThat(client.get("k")).isEqualTo("v");
        assertThat(etcd.endpoints()).isEqualTo(endpoints);
    }

    @Test
    void aWipedOneIsEmptyAtTheSameAddressAndItsRevisionWentBack() {
        client.put("k", "1");
        client.put("k", "2");
        etcd.wipe();
        assertThat(client.get("k")).isNull();
        assertThat(client.range("k").getHeader().getRevision()).isEqualTo(1);
    }

    @Test
    void aPausedOneKeepsConnectionsOpenAndAnswersNothingUntilItResumes() {
        client.put("k", "v");
        etcd.pause();
        assertThat(etcd.running()).isTrue();
        assertThatThrownBy(() -> client.kv(300).range(RawClient.rangeOf("k")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        etcd.resume();
        assertThat(client.get("k")).isEqualTo("v");
    }

    @Test
    void aPausedOneCanBeStoppedAndKilled() {
        etcd.pause();
        etcd.stop();
        assertThat(etcd.running()).isFalse();
        etcd.start();
        etcd.pause();
        etcd.kill();
        assertThat(etcd.running()).isFalse();
        assertThatThrownBy(etcd::pause).hasMessageContaining("is stopped");
        etcd.start();
        assertThat(client.get("k")).isNull();
    }

    @Test
    void afterCompactingNothingCanBeReadInThePast() {
        client.put("k", "1");
        long revision = client.put("k", "2");
        assertThat(etcd.compact()).isEqualTo(revision);
        assertThat(etcd.compact()).as("compacting again is no error").isEqualTo(revision);
        assertThatThrownBy(() -> client.kv(5_000)
                        .range(RawClient.rangeOf("k").toBuilder()
                                .setRevision(revision - 1)
                                .build()))
                .hasMessageContaining("required revision has been compacted");
    }

    @Test
    void watchesAndLeasesAreCountedAndClearingEndsLeases() {
        long lease = client.grant(600);
        client.put("k", "v");
        client.watch("k", 1);
        assertThat(etcd.liveLeases()).containsExactly(lease);
        assertThat(Await.until(Duration.ofSeconds(5), () -> etcd.openWatches() == 1))
                .isTrue();
        client.close();
        assertThat(Await.until(Duration.ofSeconds(5), () -> etcd.openWatches() == 0))
                .isTrue();
        etcd.clear();
        assertThat(etcd.liveLeases()).isEmpty();
    }

    @Test
    void aLeaseExpiresWhenTold() {
        long lease = client.grant(600);
        client.kv(5_000)
                .put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("k"))
                        .setLease(lease)
                        .build());
        assertThat(etcd.expireLease(lease)).isTrue();
        assertThat(client.get("k")).isNull();
        assertThat(etcd.liveLeases()).isEmpty();
        assertThat(etcd.expireLease(lease)).isFalse();
    }

    @Test
    void whatAClientLeftOpenIsFound() {
        LeakCheck check = LeakCheck.begin(etcd);
        check.verify();
        long lease = client.grant(600);
        client.watch("k", 1);
        assertThat(Await.until(Duration.ofSeconds(5), () -> !client.watched.isEmpty()))
                .isTrue();
        assertThatThrownBy(check::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lease " + Long.toHexString(lease))
                .hasMessageContaining("1 watch");
        LeakCheck.begin(etcd).verify();
    }

    @Test
    void aSingleNodeIsItsOwnMemberAndLeader() {
        assertThat(etcd.members()).containsExactly(etcd);
        assertThat(etcd.member(0)).isSameAs(etcd.leader());
        assertThat(etcd.version()).startsWith("3.");
    }
}
