package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.TestCertificates;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rollcall serve} as operators run it. */
@Tag("once")
final class ServeProcessTest {

    /** What a service manager must grant it at least. */
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);

    private static final String LOOPBACK = "--listen-client-urls=http://127.0.0.1:0";
    private static final String LARGE = "x".repeat(100_000);

    @TempDir
    private Path directory;

    private ServerProcess serve(Map<String, String> variables, String... options) {
        return ServerProcess.start(directory, variables, options);
    }

    @Test
    void itSaysOneLineWhenItServesAndEndsWithSigtermThoughClientsHoldOn() throws Exception {
        try (ServerProcess server = serve(Map.of(), LOOPBACK, "--listen-client-http-urls=http://127.0.0.1:0")) {
            URI endpoint = URI.create(server.awaitEndpoint());
            CommandLineRun watch =
                    CommandLineRun.bare().start("watch", "a", "--revision", "2", "--endpoints", endpoint.toString());
            server.run(0, "put", "a", "1");
            watch.awaitOut("create");
            try (Socket silent = new Socket(endpoint.getHost(), endpoint.getPort())) {
                assertThat(silent.isConnected()).isTrue();
                assertThat(server.terminate(STOP_BOUND)).isZero();
            }
            assertThat(server.out().lines()).containsExactly("ready to serve client requests at " + endpoint);
            watch.signal("TERM").exits(0);
        }
    }

    @Test
    void variablesOfEtcdAreReadAndAnOptionWins() {
        try (ServerProcess server = serve(
                Map.of("ETCD_MAX_REQUEST_BYTES", "2048", "ETCD_NAME", "from-environment"),
                LOOPBACK,
                "--name",
                "from-option")) {
            server.run(0, "put", "a", "x".repeat(1000));
            assertThat(server.run(2, "put", "a", LARGE).err()).contains("too large");
            assertThat(server.run(0, "members").out()).contains("from-option").doesNotContain("from-environment");
        }
    }

    @Test
    void aQuotaIsKept() {
        try (ServerProcess server = serve(Map.of("ETCD_QUOTA_BACKEND_BYTES", "50000"), LOOPBACK)) {
            server.run(0, "put", "a", "1");
            assertThat(server.run(1, "put", "a", LARGE).err()).contains("space");
        }
    }

    @Test
    void thePastIsForgottenByItself() {
        try (ServerProcess server = serve(Map.of(), LOOPBACK, "--auto-compaction-retention", "1s")) {
            server.run(0, "put", "a", "1");
            server.run(0, "put", "a", "2");
            String endpoint = server.awaitEndpoint();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> CommandLineRun.bare()
                            .run("get", "a", "--revision", "2", "--endpoints", endpoint)
                            .err()
                            .contains("compacted"));
        }
    }

    @Test
    void itSpeaksTlsAndAsksForCertificates() {
        TestCertificates certificates = TestCertificates.generate();
        try (ServerProcess server = serve(
                Map.of(),
                "--listen-client-urls=https://127.0.0.1:0",
                "--cert-file=" + certificates.server().certificate(),
                "--key-file=" + certificates.server().key(),
                "--trusted-ca-file=" + certificates.authority())) {
            assertThat(server.awaitEndpoint()).startsWith("https://127.0.0.1:");
            String authority = certificates.authority().toString();
            TestCertificates.Identity client = certificates.client("operator");
            String[] known = {
                "--cacert",
                authority,
                "--cert",
                client.certificate().toString(),
                "--key",
                client.key().toString()
            };
            server.run(0, with(known, "put", "a", "1"));
            assertThat(server.run(0, with(known, "members")).out()).contains("https://127.0.0.1:");
            server.run(5, "put", "a", "1", "--cacert", authority, "--timeout", "3s");
        }
    }

    private static String[] with(String[] more, String... line) {
        return Stream.concat(Arrays.stream(line), Arrays.stream(more)).toArray(String[]::new);
    }

    /** Everybody could connect, and nobody would have to say who he is. */
    @Test
    void beyondLoopbackACertificateAloneIsNotEnough() throws Exception {
        TestCertificates certificates = TestCertificates.generate();
        try (ServerProcess server = serve(
                Map.of(),
                "--listen-client-urls=https://0.0.0.0:0",
                "--cert-file=" + certificates.server().certificate(),
                "--key-file=" + certificates.server().key())) {
            assertThat(server.awaitEnd(Duration.ofSeconds(30))).isEqualTo(2);
            assertThat(server.err()).contains("there are no users").contains("auth enable");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--discovery=http://a/b | --discovery (or ETCD_DISCOVERY): the embedded server is a cluster of one; use a real etcd for more",
                "--initial-cluster=a=http://a:1,b=http://b:1 | use a real etcd for those",
                "--auth-token=jwt,pub-key=a | --auth-token: the embedded server has simple tokens only, not 'jwt'",
                "--auth-token-ttl=0 | --auth-token-ttl: PT0S: give at least 1 s",
                "--max-txn-ops=0 | --max-txn-ops: 0: give at least 1",
                "--max-request-bytes=1 | --max-request-bytes: 1: give 1024 to",
                "--quota-backend-bytes=many | 'many' is not a long",
                "--auto-compaction-mode=often | there is no mode 'often'; write periodic or revision",
                "--auto-compaction-retention=often | --auto-compaction-retention: 'often' is no time",
                "--cert-file=a.pem | --cert-file and --key-file go together",
                "--client-cert-auth | --client-cert-auth and --trusted-ca-file need each other",
                "--trusted-ca-file=ca.pem | --client-cert-auth and --trusted-ca-file need each other",
                "--listen-client-urls=http://127.0.0.1:1,http://[::1]:1 | listens at one address",
                "--listen-client-urls=https://127.0.0.1:1 | give --cert-file and --key-file",
                "--listen-client-urls=http://0.0.0.0:0 | add --insecure if that is meant",
                "--log-level=loud | there is no level 'loud'",
                "--advertise-client-urls=somewhere | 'somewhere' is no URL",
                "--enable-v2 | speaks version 3 only",
                "--no-such-option | Unknown option",
            })
    void whatCannotBeDoneIsRefusedInOneLineThatNamesTheOption(String option, String word) {
        CommandLineRun run = CommandLineRun.bare().run("serve", option).exits(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(word);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aVariableOfWhatCannotBeDoneIsRefusedToo() {
        CommandLineRun run = CommandLineRun.bare()
                .with("ETCD_AUTO_TLS", "true")
                .run("serve", LOOPBACK)
                .exits(2);
        assertThat(run.err()).contains("ETCD_AUTO_TLS").contains("give --cert-file and --key-file");
    }

    /** As systemd units and test suites for etcd have it. */
    @Test
    void aCommandLineWrittenForEtcdWorks() throws Exception {
        try (ServerProcess server = serve(
                Map.of("ETCD_ENABLE_V2", "false", "ETCD_UNSUPPORTED_ARCH", "arm64"),
                "--name=m1",
                "--data-dir=" + directory.resolve("data"),
                LOOPBACK,
                "--advertise-client-urls=http://10.0.0.5:2379",
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--initial-advertise-peer-urls=http://127.0.0.1:2380",
                "--initial-cluster=m1=http://127.0.0.1:2380",
                "--initial-cluster-state=new",
                "--initial-cluster-token=etcd-cluster",
                "--snapshot-count=10000",
                "--strict-reconfig-check",
                "--log-level=info",
                "--logger=zap")) {
            assertThat(server.run(0, "members").out()).contains("m1").contains("http://10.0.0.5:2379");
            assertThat(server.terminate(STOP_BOUND)).isZero();
        }
    }
}
