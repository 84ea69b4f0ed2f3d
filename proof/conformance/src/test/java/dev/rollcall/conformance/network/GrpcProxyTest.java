package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * etcd's own gRPC proxy, behind which one can register but not watch: it numbers watches as it likes and does not say of which cluster and term the store is, so
 * that a store that lost its data could not be told from one that did not.
 */
@Tag("contract")
class GrpcProxyTest {

    private static final Duration BOUND = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(strings = {"3.4.23", "3.5.16"})
    void whoWatchesBehindItIsToldSoAndWhoRegistersIsSeen(String version) throws IOException {
        try (TestEtcd etcd = EtcdSpec.real(version).start()) {
            String address = "http://127.0.0.1:" + freePort();
            Process proxy = grpcProxy(etcd.endpoints().get(0), address);
            try (Rollcall direct = Rollcall.connect(etcd.endpoints().get(0));
                    Rollcall behind = Rollcall.connect(address)) {
                Registration registration = behind.register(Instance.of("user", "10.0.0.1:80"));
                registration.awaitRegistered(BOUND);
                assertThat(direct.discover("user").awaitInstances(1, BOUND).instances())
                        .hasSize(1);
                ServiceView view = behind.discover("user");
                assertThat(view.awaitSnapshot(BOUND).instances()).hasSize(1);
                Awaitility.await().atMost(BOUND).until(() -> view.snapshot().freshness() == Freshness.STALE);
                assertThat(view.health().lastError())
                        .hasValueSatisfying(
                                error -> assertThat(error).contains("gRPC proxy", "the addresses of its members"));
                assertThat(view.snapshot().instances())
                        .as("nothing is lost by it")
                        .hasSize(1);
            } finally {
                proxy.destroyForcibly();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process grpcProxy(String store, String address) throws IOException {
        String binary = ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(store))
                .findFirst()
                .flatMap(etcd -> etcd.info().command())
                .orElseThrow();
        return new ProcessBuilder(List.of(
                        binary,
                        "grpc-proxy",
                        "start",
                        "--endpoints=" + URI.create(store).getAuthority(),
                        "--listen-addr=" + URI.create(address).getAuthority()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
