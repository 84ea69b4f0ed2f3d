package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the channels do that gRPC gives us. */
class GrpcTransportTest {

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final GrpcTransport transport = new GrpcTransport(Tls.systemTrust(), threads, threads);
    private final List<ManagedChannel> opened = new ArrayList<>();

    @BeforeEach
    void answerStatus() {
        etcd.always(MaintenanceGrpc.getStatusMethod()).reply(StatusResponse.getDefaultInstance());
    }

    @AfterEach
    void end() {
        opened.forEach(ManagedChannel::shutdownNow);
        threads.shutdownNow();
        etcd.close();
    }

    private ManagedChannel channel(String endpoint) {
        ManagedChannel channel = transport.channel(Endpoint.parse(endpoint), InsecureChannelCredentials.create());
        opened.add(channel);
        return channel;
    }

    private static void askStatus(ManagedChannel channel) {
        MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .status(StatusRequest.getDefaultInstance());
    }

    @Test
    void aChannelWhoseConnectionBrokeCarriesNoFurtherCall() {
        ManagedChannel channel = channel(etcd.endpoint());
        askStatus(channel);

        etcd.breakConnections();

        await("a call fails").until(() -> catchThrowable(() -> askStatus(channel)) != null);
        int before = etcd.calls(MaintenanceGrpc.getStatusMethod()).size();
        for (int attempt = 0; attempt < 20; attempt++) {
            assertThatThrownBy(() -> askStatus(channel)).isInstanceOf(StatusRuntimeException.class);
        }
        assertThat(etcd.calls(MaintenanceGrpc.getStatusMethod())).hasSize(before);
        assertThat(channel.isShutdown()).isTrue();
    }

    /** etcd closes the connection of a client that pings more often than each 5 s, or twice an hour without a call. */
    @Test
    void aConnectionIsPingedAfterTenSecondsOfSilenceAndNotWhileItIsIdle() throws IOException {
        etcd.always(WatchGrpc.getWatchMethod()).await();
        try (PingCounter idle = PingCounter.inFrontOf(etcd.endpoint());
                PingCounter busy = PingCounter.inFrontOf(etcd.endpoint())) {
            askStatus(channel(idle.endpoint()));
            ManagedChannel silent = channel(busy.endpoint());
            askStatus(silent);
            long began = System.nanoTime();
            WatchGrpc.newStub(silent).watch(new Ignoring()).onNext(WatchRequest.getDefaultInstance());

            await().atMost(Duration.ofSeconds(20)).until(() -> busy.pings() > 0);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(9_500));
            assertThat(busy.pings()).isOne();
            assertThat(idle.pings()).isZero();
        }
    }

    private static final class Ignoring implements StreamObserver<WatchResponse> {

        @Override
        public void onNext(WatchResponse value) {}

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }
}
