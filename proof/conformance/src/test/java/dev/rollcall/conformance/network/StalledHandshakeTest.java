package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Tls;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.TestCertificates;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A TLS handshake that begins and never ends. */
@Tag("contract")
class StalledHandshakeTest {

    private static final Duration BOUND = Duration.ofSeconds(5);

    @Test
    void itIsGivenUpAndAnotherMemberIsAsked() {
        TestCertificates certificates = TestCertificates.generate();
        List<Consumer<FaultProxy>> stalls = List.of(
                FaultProxy::acceptSilently,
                proxy -> proxy.upcoming().toClient(Fault.stall().after(50)));
        try (TestEtcd etcd = EtcdSpec.real("3.5.16").withTls(certificates).start();
                FaultProxy good = FaultProxy.inFrontOf(etcd.endpoints().get(0))) {
            for (Consumer<FaultProxy> stall : stalls) {
                try (FaultProxy stalled = FaultProxy.inFrontOf(etcd.endpoints().get(0))) {
                    stall.accept(stalled);
                    alone(certificates, stalled);
                    besides(certificates, stalled, good);
                    assertThat(stalled.counters().acted(Fault.Kind.SILENT_ACCEPT)
                                    + stalled.counters().acted(Fault.Kind.STALL))
                            .isPositive();
                }
            }
        }
    }

    private static void alone(TestCertificates certificates, FaultProxy stalled) {
        try (EtcdClient client = client(certificates, Duration.ofSeconds(3), stalled)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.kv().get("/k"))
                    .isInstanceOf(EtcdException.class)
                    .hasMessageContaining(stalled.endpoint());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        }
    }

    private static void besides(TestCertificates certificates, FaultProxy stalled, FaultProxy good) {
        for (int i = 0; i < 4; i++) {
            try (EtcdClient client = client(certificates, Duration.ofSeconds(10), stalled, good)) {
                long start = System.nanoTime();
                client.kv().put("/k", "v");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
            }
        }
    }

    private static EtcdClient client(TestCertificates certificates, Duration timeout, FaultProxy... proxies) {
        return EtcdClient.builder(Stream.of(proxies).map(FaultProxy::endpoint).toArray(String[]::new))
                .tls(Tls.trusting(certificates.authority()))
                .callTimeout(timeout)
                .connect();
    }
}
