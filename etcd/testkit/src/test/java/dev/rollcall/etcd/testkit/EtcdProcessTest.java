package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("contract")
class EtcdProcessTest {

    @Nested
    class Etcd34 extends TestEtcdBehaviour {
        Etcd34() {
            super(EtcdSpec.real("3.4.23"));
        }
    }

    @Nested
    class Etcd35 extends TestEtcdBehaviour {
        Etcd35() {
            super(EtcdSpec.real("3.5.16"));
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
        try (TestEtcd etcd =
                        EtcdSpec.real("3.5.16").withRootPassword("canary-root").start();
                RawClient nobody = new RawClient(etcd)) {
            assertThatThrownBy(() -> nobody.put("k", "v")).hasMessageContaining("user name is empty");
            etcd.wipe();
            assertThatThrownBy(() -> nobody.put("k", "v")).hasMessageContaining("user name is empty");
            assertThat(etcd.liveLeases()).isEmpty();
            etcd.clear();
            etcd.compact();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.4.23", "3.5.16"})
    void aRestoredSnapshotIsTheStoreAsItWas(String version, @TempDir Path directory) throws Exception {
        try (TestEtcd etcd =
                        EtcdSpec.real(version).in(directory.resolve("etcd")).start();
                RawClient client = new RawClient(etcd)) {
            client.put("k", "before");
            etcd.saveSnapshot(directory.resolve("saved"));
            client.put("k", "after");
            etcd.restoreSnapshot(directory.resolve("saved"));
            assertThat(client.get("k")).isEqualTo("before");
        }
        assertThat(directory.resolve("etcd/node0/log")).isNotEmptyFile();
        assertThat(directory.resolve("etcd/node0/data")).doesNotExist();
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
