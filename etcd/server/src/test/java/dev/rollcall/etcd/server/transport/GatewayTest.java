package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.EmbeddedEtcd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gateway in the words of the official etcd 3.5.16; what a Debian one answers is held in the wire contract. */
class GatewayTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedEtcd etcd =
            EmbeddedEtcd.builder().httpPort(0).clusterToken("etcd-cluster").start();
    private String base = "";

    @BeforeEach
    void find() {
        base = etcd.httpEndpoint().orElseThrow();
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static String header(int revision) {
        return "\"header\":{\"cluster_id\":\"14841639068965178418\",\"member_id\":\"10276657743932975437\",\"revision\":\""
                + revision + "\",\"raft_term\":\"2\"}";
    }

    @Test
    void keysAreWrittenAndRead() throws Exception {
        HttpResponse<String> put = post("/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(put.headers().firstValue("content-type")).contains("application/json");
        assertThat(put.headers().firstValue("grpc-metadata-content-type")).contains("application/grpc");
        assertThat(put.body()).isEqualTo("{" + header(2) + "}");
        assertThat(post("/v3/kv/range", "{\"key\":\"Zm9v\"}").body())
                .isEqualTo("{" + header(2)
                        + ",\"kvs\":[{\"key\":\"Zm9v\",\"create_revision\":\"2\",\"mod_revision\":\"2\","
                        + "\"version\":\"1\",\"value\":\"YmFy\"}],\"count\":\"1\"}");
        assertThat(post("/v3/kv/range", "{\"key\":\"Zm9v\",\"countOnly\":true,\"unknown\":[1]}")
                        .body())
                .isEqualTo("{" + header(2) + ",\"count\":\"1\"}");
        String txn = "{\"compare\":[{\"target\":\"VERSION\",\"key\":\"Zm9v\",\"version\":\"1\"}],"
                + "\"success\":[{\"requestPut\":{\"key\":\"Zm9v\",\"value\":\"MQ==\"}}]}";
        assertThat(post("/v3/kv/txn", txn).body())
                .isEqualTo("{" + header(3)
                        + ",\"succeeded\":true,\"responses\":[{\"response_put\":{\"header\":{\"revision\":\"3\"}}}]}");
    }

    @Test
    void refusalsHaveTheOfficialForm() throws Exception {
        HttpResponse<String> empty = post("/v3/kv/put", "");
        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(empty.body())
                .isEqualTo("{\"error\":\"etcdserver: key is not provided\",\"code\":3,"
                        + "\"message\":\"etcdserver: key is not provided\"}");
        assertThat(post("/v3/lease/revoke", "{\"ID\":7}").statusCode()).isEqualTo(404);
        assertThat(post("/v3/kv/range", "{").statusCode()).isEqualTo(400);
        assertThat(post("/v3/kv/range", "{\"key\":7}").statusCode()).isEqualTo(400);
        assertThat(post("/v3/nothing", "{}").statusCode()).isEqualTo(404);
        assertThat(http.send(
                                HttpRequest.newBuilder(URI.create(base + "/v3/kv/range"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
        HttpResponse<String> election = post("/v3/election/leader", "{\"name\":\"Zm9v\"}");
        assertThat(election.statusCode()).isEqualTo(500);
        assertThat(election.body()).contains("election: no leader");
    }

    @Test
    void aWatchIsALineForEachAnswerAndEndsWithItsClient() throws Exception {
        HttpResponse<InputStream> watch = http.send(
                request("/v3/watch", "{\"create_request\":{\"key\":\"Zm9v\"}}"),
                HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("{\"result\":{" + header(1) + ",\"created\":true}}");
        assertThat(post("/v3/kv/put", "{\"key\":\"Zm9v\"}").statusCode()).isEqualTo(200);
        assertThat(lines.readLine())
                .isEqualTo("{\"result\":{" + header(2) + ",\"events\":[{\"kv\":{\"key\":\"Zm9v\","
                        + "\"create_revision\":\"2\",\"mod_revision\":\"2\",\"version\":\"1\"}}]}}");
        assertThat(etcd.openWatches()).isEqualTo(1);
        lines.close();
        Awaitility.await().until(() -> etcd.openWatches() == 0);
    }

    @Test
    void renewalsAreAnsweredOneByOne() throws Exception {
        assertThat(post("/v3/lease/grant", "{\"ID\":\"7\",\"TTL\":60}").body())
                .isEqualTo("{" + header(1) + ",\"ID\":\"7\",\"TTL\":\"60\"}");
        String answer = "{\"result\":{" + header(1) + ",\"ID\":\"7\",\"TTL\":\"60\"}}\n";
        assertThat(post("/v3/lease/keepalive", "{\"ID\":7}{\"ID\":\"7\"}").body())
                .isEqualTo(answer + answer);
    }

    @Test
    void whoIsNobodyIsToldSo() throws Exception {
        assertThat(post("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"canary-gateway\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/v3/auth/enable", "").statusCode()).isEqualTo(200);
        assertThat(post("/v3/kv/put", "{\"key\":\"Zm9v\"}").body()).contains("etcdserver: user name is empty");
        String login = post("/v3/auth/authenticate", "{\"name\":\"root\",\"password\":\"canary-gateway\"}")
                .body();
        String token = login.replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
        HttpRequest put = HttpRequest.newBuilder(URI.create(base + "/v3/kv/put"))
                .header("Authorization", token)
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"Zm9v\"}"))
                .build();
        assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsCountedIsOnThePageOfMetrics() throws Exception {
        assertThat(post("/v3/kv/put", "{\"key\":\"Zm9v\"}").statusCode()).isEqualTo(200);
        assertThat(post("/v3/kv/put", "").statusCode()).isEqualTo(400);
        HttpResponse<String> page = http.send(
                HttpRequest.newBuilder(URI.create(base + "/metrics")).build(), HttpResponse.BodyHandlers.ofString());
        String labels = "grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} ";
        assertThat(page.body())
                .contains("\netcd_server_has_leader 1\n")
                .contains("\netcd_debugging_mvcc_current_revision 2\n")
                .contains("\netcd_mvcc_put_total 1\n")
                .contains("\netcd_mvcc_delete_total 0\n")
                .doesNotContain("etcd_disk_wal_fsync")
                .contains("\ngrpc_server_started_total{" + labels + "2\n")
                .contains("\ngrpc_server_handled_total{grpc_code=\"OK\"," + labels + "1\n")
                .contains("\ngrpc_server_handled_total{grpc_code=\"InvalidArgument\"," + labels + "1\n");
        for (Map.Entry<String, Integer> path : Map.of("/livez", 200, "/readyz", 200, "/health?exclude=NOSPACE", 200)
                .entrySet()) {
            assertThat(http.send(
                                    HttpRequest.newBuilder(URI.create(base + path.getKey()))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(path.getValue());
        }
    }

    @Test
    void whatIsNoJsonIsRefusedAndNothingElseHappens() {
        for (String text : new String[] {
            "{\"a\"}",
            "[1,]",
            "nul",
            "\"a",
            "1e999999999",
            "{\"a\":1,}",
            "\u0000",
            "--1",
            "+5",
            ".5",
            "[01]",
            "[5.]",
            "1e9"
        }) {
            assertThatThrownBy(() -> new JsonReader(text).next()).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new JsonReader("[0,-10,5.25]").next())
                .isEqualTo(List.of(BigDecimal.ZERO, BigDecimal.valueOf(-10), new BigDecimal("5.25")));
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> new JsonReader(deep).next()).hasMessage("exceeded max depth");
    }
}
