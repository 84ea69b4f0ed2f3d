package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("contract")
class EtcdProcessTest {

    @ParameterizedTest
    @ValueSource(strings = {"3.4.23", "3.5.16"})
    void aKilledEtcdKeepsItsDataAndItsAddress(String version) {
        try (TestEtcd etcd = EtcdSpec.real(version).start();
                RawClient client = new RawClient(etcd)) {
            List<String> endpoints = etcd.endpoints();
            client.put("k", "v");
            etcd.kill();
            assertThat(etcd.running()).isFalse();
            etcd.start();
            assertThat(client.get("k")).isEqualTo("v");
            etcd.restart();
            assertThat(client.get("k")).isEqualTo("v");
            assertThat(etcd.endpoints()).isEqualTo(endpoints);
            assertThat(etcd.version()).isEqualTo(version);
        }
    }

    @Test
    void aWipedEtcdIsEmptyAtTheSameAddressAndItsRevisionWentBack() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").start();
                RawClient client = new RawClient(etcd)) {
            client.put("k", "1");
            client.put("k", "2");
            etcd.wipe();
            assertThat(client.get("k")).isNull();
            assertThat(client.range("k").getHeader().getRevision()).isEqualTo(1);
        }
    }

    @Test
    void aPausedEtcdKeepsConnectionsOpenAndAnswersNothingUntilItResumes() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").start();
                RawClient client = new RawClient(etcd)) {
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
    }

    @Test
    void aPausedEtcdCanBeStoppedAndKilled() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").start()) {
            etcd.pause();
            etcd.stop();
            assertThat(etcd.running()).isFalse();
            etcd.start();
            etcd.pause();
            etcd.kill();
            assertThat(etcd.running()).isFalse();
        }
    }

    @Test
    void afterCompactingNoWatchCanStartInThePast() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").start();
                RawClient client = new RawClient(etcd)) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.4.23", "3.5.16"})
    void mutualTlsLetsInOnlyClientsWithACertificate(String version) throws Exception {
        TestCertificates certificates = TestCertificates.generate();
        TestCertificates.Identity alice = certificates.client("alice");
        try (TestEtcd etcd = EtcdSpec.real(version).withMutualTls(certificates).start();
                RawClient known = new RawClient(
                        etcd.endpoints(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(certificates.authority().toFile())
                                .keyManager(
                                        alice.certificate().toFile(),
                                        alice.key().toFile())
                                .build());
                RawClient stranger = new RawClient(
                        etcd.endpoints(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(certificates.authority().toFile())
                                .build())) {
            known.put("k", "v");
            assertThat(known.get("k")).isEqualTo("v");
            assertThat(etcd.endpoints().get(0)).startsWith("https://");
            assertThatThrownBy(() -> stranger.kv(1_000).range(RawClient.rangeOf("k")))
                    .isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void withARootPasswordNobodyGetsInWithoutAUserAlsoAfterAWipe() {
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").withRootPassword("s3cret").start();
                RawClient nobody = new RawClient(etcd)) {
            assertThatThrownBy(() -> nobody.put("k", "v")).hasMessageContaining("user name is empty");
            etcd.wipe();
            assertThatThrownBy(() -> nobody.put("k", "v")).hasMessageContaining("user name is empty");
            assertThat(etcd.liveLeases()).isEmpty();
            etcd.clear();
            etcd.compact();
        }
    }

    @Test
    void aFlagThatEtcdDoesNotKnowIsReportedWithTheLogOfTheProcess() {
        assertThatThrownBy(() ->
                        EtcdSpec.real("3.5.16").withFlags("--no-such-flag").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended while starting")
                .hasMessageContaining("no-such-flag");
    }

    @Test
    void aVersionThatIsNotThereIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> EtcdSpec.real("3.99.1").start())
                .hasMessageContaining("no etcd 3.99.1 on this machine")
                .hasMessageContaining("tools/fetch-etcd");
    }

    @Test
    void aLineOfVersionsMeansTheNewestOfIt() {
        try (TestEtcd etcd = EtcdSpec.real("3.4").start()) {
            assertThat(etcd.version()).startsWith("3.4.");
            assertThat(EtcdSpec.realVersions()).contains(etcd.version());
        }
    }
}
