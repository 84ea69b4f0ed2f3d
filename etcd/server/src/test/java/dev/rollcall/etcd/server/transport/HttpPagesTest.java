package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.EmbeddedEtcd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
    void areOffUnlessAskedFor() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start()) {
            assertThat(etcd.httpEndpoint()).isEmpty();
        }
    }

    private HttpResponse<String> send(String method, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
