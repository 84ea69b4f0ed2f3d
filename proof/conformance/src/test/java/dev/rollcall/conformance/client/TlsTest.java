package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.Tls;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestCertificates;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real etcds behind TLS: one that takes every client, one that takes only those with a certificate, and one in plain text. */
@Tag("contract")
@ExtendWith(SecretsKept.class)
class TlsTest {

    private static final TestCertificates ours = TestCertificates.generate();
    private static final TestCertificates foreign = TestCertificates.generate();
    private static TestEtcd secure;
    private static TestEtcd mutual;
    private static TestEtcd plain;

    @BeforeAll
    static void startAll() {
        secure = EtcdSpec.real("3.5").withTls(ours).start();
        mutual = EtcdSpec.real("3.5").withMutualTls(ours).start();
        plain = EtcdSpec.real("3.5").start();
    }

    @AfterAll
    static void stopAll() {
        secure.close();
        mutual.close();
        plain.close();
    }

    private static EtcdClient client(String endpoint, Tls tls) {
        return EtcdClient.builder(endpoint)
                .tls(tls)
                .callTimeout(Duration.ofSeconds(4))
                .connect();
    }

    private static Tls identified(TestCertificates.Identity identity) {
        return Tls.trusting(ours.authority()).identifiedBy(identity.certificate(), identity.key());
    }

    private static void works(String endpoint, Tls tls) {
        try (EtcdClient client = client(endpoint, tls)) {
            client.kv().put("/a", "1");
            assertThat(client.kv().get("/a")).isPresent();
        }
    }

    private static EtcdException refused(String endpoint, Tls tls) {
        try (EtcdClient client = client(endpoint, tls)) {
            EtcdException refused =
                    catchThrowableOfType(EtcdException.class, () -> client.kv().get("/a"));
            assertThat(refused.code()).as("%s", refused.getMessage()).isEqualTo(EtcdError.TLS);
            return refused;
        }
    }

    private static String endpoint(TestEtcd etcd) {
        return etcd.endpoints().get(0);
    }

    @Test
    void aServerOfATrustedAuthorityIsBelieved() {
        works(endpoint(secure), Tls.trusting(ours.authority()));
    }

    @Test
    void aClientShowsItsCertificate() {
        works(endpoint(mutual), identified(ours.client("worker")));
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() {
        assertThat(refused(endpoint(secure), Tls.trusting(foreign.authority()))).hasMessageContaining("not trusted");
        assertThat(refused(endpoint(secure), Tls.systemTrust())).hasMessageContaining("not trusted");
    }

    @Test
    void aServerUnderAnotherNameIsRefused() {
        int port = URI.create(endpoint(secure)).getPort();
        try (Relay otherName = Relay.at("127.0.0.2", 0, port)) {
            assertThat(refused("https://127.0.0.2:" + otherName.port(), Tls.trusting(ours.authority())))
                    .hasMessageContaining("another name");
        }
    }

    @Test
    void aClientWithoutACertificateIsToldThatOneIsWanted() {
        assertThat(refused(endpoint(mutual), Tls.trusting(ours.authority())))
                .hasMessageContaining("client certificate");
    }

    @Test
    void aClientCertificateOfAnotherAuthorityIsRefused() {
        assertThat(refused(endpoint(mutual), identified(foreign.client("worker"))))
                .hasMessageContaining("certificate");
    }

    @Test
    void aPortOfTheWrongProtocolIsGuessed() {
        assertThat(unreachable(endpoint(plain).replace("http:", "https:"))).hasMessageContaining("http://)");
        assertThat(unreachable(endpoint(secure).replace("https:", "http:"))).hasMessageContaining("https://)");
    }

    private static EtcdException unreachable(String endpoint) {
        try (EtcdClient client = client(endpoint, Tls.trusting(ours.authority()))) {
            EtcdException failure =
                    catchThrowableOfType(EtcdException.class, () -> client.kv().get("/a"));
            assertThat(failure.code()).isEqualTo(EtcdError.UNAVAILABLE);
            return failure;
        }
    }

    @Test
    void aCertificateReplacedOnDiskIsUsedForTheNextConnection(@TempDir Path directory) throws IOException {
        Path certificate = directory.resolve("client.crt");
        Path key = directory.resolve("client.key");
        copy(foreign.client("worker"), certificate, key);
        Tls tls = Tls.trusting(ours.authority()).identifiedBy(certificate, key);
        try (EtcdClient client = client(endpoint(mutual), tls)) {
            assertThat(catchThrowableOfType(
                                    EtcdException.class, () -> client.kv().get("/a"))
                            .code())
                    .isEqualTo(EtcdError.TLS);
            copy(ours.client("worker"), certificate, key);
            client.kv().put("/a", "1");
        }
    }

    private interface Scene {
        void play() throws IOException;
    }

    /** A real etcd reads its certificate from its files for every handshake, so it shows what lies there. */
    private static void showing(TestCertificates.Identity identity, Scene test) throws IOException {
        TestCertificates.Identity shown = ours.server();
        byte[] certificate = Files.readAllBytes(shown.certificate());
        byte[] key = Files.readAllBytes(shown.key());
        copy(identity, shown.certificate(), shown.key());
        try {
            test.play();
        } finally {
            Files.write(shown.certificate(), certificate);
            Files.write(shown.key(), key);
        }
    }

    @Test
    void anExpiredServerCertificateIsRefusedAndTheClockNamed() throws IOException {
        showing(
                ours.expired("localhost"),
                () -> assertThat(refused(endpoint(secure), Tls.trusting(ours.authority())))
                        .hasMessageContaining("has expired")
                        .hasMessageContaining("clock"));
    }

    @Test
    void aServerCertificateThatIsNotValidYetIsRefusedAndTheClockNamed() throws IOException {
        showing(
                ours.notYetValid("localhost"),
                () -> assertThat(refused(endpoint(secure), Tls.trusting(ours.authority())))
                        .hasMessageContaining("not valid yet")
                        .hasMessageContaining("clock"));
    }

    @Test
    void aSelfSignedServerIsRefused() throws IOException {
        showing(
                ours.selfSigned("localhost"),
                () -> assertThat(refused(endpoint(secure), Tls.trusting(ours.authority())))
                        .hasMessageContaining("not trusted"));
    }

    @Test
    void aClientCertificateThatHasExpiredIsRefused() {
        assertThat(refused(endpoint(mutual), identified(ours.expired("worker"))))
                .hasMessageContaining("certificate");
    }

    @Test
    void aHandshakeThatStallsEndsWithTheCallAndTheNextOneWorks() {
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint(secure));
                EtcdClient client = client(proxy.endpoint(), Tls.trusting(ours.authority()))) {
            proxy.acceptSilently();
            long before = System.nanoTime();
            EtcdException late =
                    catchThrowableOfType(EtcdException.class, () -> client.kv().get("/a"));
            assertThat(late.code()).isEqualTo(EtcdError.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            assertThat(proxy.counters().accepted()).isPositive();
            proxy.heal();
            client.kv().put("/a", "1");
        }
    }

    @Test
    void aConnectedClientLivesOnWithTheNextPairOfFiles(@TempDir Path directory) throws IOException {
        Path certificate = directory.resolve("client.crt");
        Path key = directory.resolve("client.key");
        copy(ours.client("first"), certificate, key);
        Tls tls = Tls.trusting(ours.authority()).identifiedBy(certificate, key);
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint(mutual));
                EtcdClient client = client(proxy.endpoint(), tls)) {
            client.kv().put("/a", "1");
            copy(foreign.client("second"), certificate, key);
            client.kv().put("/a", "2");
            proxy.resetAll();
            // A call that is faster than the news of the reset may still be answered on the old pair.
            await("the new connection shows the new pair").until(() -> {
                EtcdException refused = catchThrowableOfType(
                        EtcdException.class, () -> client.kv().get("/a"));
                return refused != null && refused.code() == EtcdError.TLS;
            });
            copy(ours.client("second"), certificate, key);
            client.kv().put("/a", "3");
        }
    }

    @Test
    void anAuthorityIsReplacedUnderALivingClient(@TempDir Path directory) throws IOException {
        Path trusted = Files.copy(ours.authority(), directory.resolve("ca.crt"));
        String both = Files.readString(ours.authority()) + Files.readString(foreign.authority());
        List<KeepAlive.State> states = new CopyOnWriteArrayList<>();
        try (FaultProxy proxy = FaultProxy.inFrontOf(endpoint(secure));
                EtcdClient client = client(proxy.endpoint(), Tls.trusting(trusted))) {
            LeaseGrant grant = client.leases().grant(Duration.ofSeconds(3));
            KeepAlive lease = client.leases().keepAlive(grant, (handle, state, header) -> states.add(state));
            client.kv().put("/a", "1", grant.id());
            Files.writeString(trusted, both);
            answersAnew(client, proxy);
            showing(foreign.server(), () -> {
                answersAnew(client, proxy);
                Files.copy(foreign.authority(), trusted, StandardCopyOption.REPLACE_EXISTING);
                answersAnew(client, proxy);
                await().during(Duration.ofSeconds(5)).until(() -> lease.state() == KeepAlive.State.HELD);
                assertThat(client.kv().get("/a")).isPresent();
                assertThat(states).doesNotContain(KeepAlive.State.LOST);
            });
            proxy.resetAll();
            // Who still shows the old one is believed no longer.
            await().until(() -> {
                EtcdException refused = catchThrowableOfType(
                        EtcdException.class, () -> client.kv().get("/a"));
                return refused != null && refused.code() == EtcdError.TLS;
            });
        }
    }

    /** Breaks all connections, and waits for an answer over a new one. */
    private static void answersAnew(EtcdClient client, FaultProxy proxy) {
        long before = proxy.counters().accepted();
        proxy.resetAll();
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            client.kv().get("/a");
            return proxy.counters().accepted() > before;
        });
    }

    /** Whatever the client begins with, such a server answers with its own version, or with an alert. */
    @Test
    void aServerThatSpeaksOnlyOldTlsIsRefusedAndTheVersionNamed() throws IOException {
        String hello11 = "160302002a020000260302" + "00".repeat(33) + "002f00";
        String hello10 = hello11.replace("0302", "0301");
        String alert = "15030200020246";
        for (String answer : List.of(hello11, hello10, alert)) {
            try (ServerSocket old = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread server = new Thread(() -> answerAll(old, HexFormat.of().parseHex(answer)), "test-old-tls");
                server.setDaemon(true);
                server.start();
                assertThat(refused("https://127.0.0.1:" + old.getLocalPort(), Tls.trusting(ours.authority())))
                        .as(answer)
                        .hasMessageContaining("TLS 1.2");
            }
        }
    }

    /** Until the socket is closed. */
    private static void answerAll(ServerSocket server, byte[] answer) {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    assertThat(client.getInputStream().read(new byte[5])).isPositive();
                    client.getOutputStream().write(answer);
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private static void copy(TestCertificates.Identity from, Path certificate, Path key) throws IOException {
        Files.copy(from.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.key(), key, StandardCopyOption.REPLACE_EXISTING);
    }
}
