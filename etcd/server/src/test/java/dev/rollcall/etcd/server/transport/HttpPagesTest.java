package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import io.grpc.BindableService;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpPagesTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesHealthAndVersionAsEtcdDoes() throws IOException, InterruptedException {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().httpPort(0).start()) {
            String base = etcd.httpEndpoint().orElseThrow();
            HttpResponse<String> health = send("GET", base + "/health?serializable=true");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
            assertThat(health.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
            HttpResponse<String> version = send("GET", base + "/version");
            assertThat(version.body()).isEqualTo("{\"etcdserver\":\"3.5.16\",\"etcdcluster\":\"3.5.0\"}");
            assertThat(version.headers().firstValue("content-type")).contains("application/json");
            assertThat(send("POST", base + "/version").statusCode()).isEqualTo(405);
            assertThat(send("GET", base + "/v2/keys").body()).isEqualTo("404 page not found\n");
            assertThat(send("OPTIONS", base + "/health").headers().firstValue("access-control-allow-origin"))
                    .contains("*");

            etcd.stop();
            etcd.restart();
            assertThat(etcd.httpEndpoint()).contains(base);
            assertThat(send("GET", base + "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void howLongTheDiskTakesIsOnThePageOfMetrics(@TempDir Path directory) throws IOException, InterruptedException {
        try (EmbeddedEtcd etcd =
                EmbeddedEtcd.builder().dataDirectory(directory).httpPort(0).start()) {
            String base = etcd.httpEndpoint().orElseThrow();
            HttpRequest put = HttpRequest.newBuilder(URI.create(base + "/v3/kv/put"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"Zm9v\"}"))
                    .build();
            assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            assertThat(send("GET", base + "/metrics").body())
                    .contains("\n# TYPE etcd_disk_wal_fsync_duration_seconds histogram\n")
                    .contains("\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"} ")
                    .contains("\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"8.192\"} ")
                    .contains("\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 1\n")
                    .contains("\netcd_disk_wal_fsync_duration_seconds_sum ")
                    .contains("\netcd_disk_wal_fsync_duration_seconds_count 1\n");
        }
    }

    @Test
    void areOffUnlessAskedFor() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start()) {
            assertThat(etcd.httpEndpoint()).isEmpty();
        }
    }

    @Test
    void aRequestThatDoesNotComeWholeInItsTimeEndsItsConnection() {
        EmbeddedChannel slow = connection(new Gateway());
        slow.writeInbound(Unpooled.copiedBuffer("GET /version HTTP/1.1\r\n", StandardCharsets.US_ASCII));
        slow.advanceTimeBy(HttpPages.PATIENCE_SECONDS - 1, TimeUnit.SECONDS);
        slow.runScheduledPendingTasks();
        assertThat(slow.isOpen()).isTrue();

        slow.advanceTimeBy(1, TimeUnit.SECONDS);
        slow.runScheduledPendingTasks();
        assertThat(slow.isOpen()).isFalse();
    }

    @Test
    void whatIsNoHttpIsRefused() {
        EmbeddedChannel connection = connection(new Gateway());
        assertThat(answer(connection, "GET /version HTTP/9\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void aServiceThatFailsIsAnsweredFor() {
        AtomicBoolean cancelled = new AtomicBoolean();
        BindableService broken = () -> ServerServiceDefinition.builder(
                        KVGrpc.getServiceDescriptor().getName())
                .addMethod(KVGrpc.getRangeMethod(), (call, headers) -> {
                    call.request(1);
                    return new ServerCall.Listener<>() {
                        @Override
                        public void onMessage(RangeRequest request) {
                            throw new IllegalStateException("planted");
                        }

                        @Override
                        public void onCancel() {
                            cancelled.set(true);
                        }
                    };
                })
                .build();
        Gateway gateway = new Gateway();
        gateway.add(broken, broken.bindService());

        assertThat(answer(connection(gateway), "POST /v3/kv/range HTTP/1.1\r\ncontent-length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 500 Internal Server Error")
                .contains("\"message\":\"the call failed: java.lang.IllegalStateException: planted\"");
        assertThat(cancelled).isTrue();
    }

    private static EmbeddedChannel connection(Gateway gateway) {
        EmbeddedChannel connection = new EmbeddedChannel();
        HttpPages.serve(
                connection.pipeline(),
                new HttpPages.Content(List::of, () -> CompletableFuture.completedFuture(""), gateway, 1024));
        return connection;
    }

    private static String answer(EmbeddedChannel connection, String request) {
        connection.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        connection.runPendingTasks();
        StringBuilder answer = new StringBuilder();
        for (ByteBuf part = connection.readOutbound(); part != null; part = connection.readOutbound()) {
            answer.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return answer.toString();
    }

    private HttpResponse<String> send(String method, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
