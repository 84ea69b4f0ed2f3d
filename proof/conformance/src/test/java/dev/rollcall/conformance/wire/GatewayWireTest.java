package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same requests by JSON to etcd 3.5.16 and to the embedded server, one after the other, have the same answers. Ids differ, and what Debian's
 * build of etcd does differently from the official one: spaces, and refusals without {@code error}.
 */
@Tag("contract")
class GatewayWireTest {
    private static final String[][] REQUESTS = {
        {"kv/put", "{\"key\":\"YQ==\",\"value\":\"MQ==\"}"},
        {"kv/put", "{\"key\":\"YQ==\",\"value\":\"Mg==\",\"prev_kv\":true}"},
        {"kv/put", "{\"key\":\"Yg==\",\"value\":\"Mw==\",\"prevKv\":true}"},
        {"kv/put", "{\"value\":\"MQ==\"}"},
        {"kv/put", ""},
        {"kv/put", "{\"key\":\"Yw==\",\"lease\":\"77\"}"},
        {"kv/put", "{\"key\":\"Yg==\",\"ignore_value\":true}"},
        {"kv/put", "{\"key\":\"eg==\",\"ignore_value\":true}"},
        {"kv/range", "{\"key\":\"YQ==\"}"},
        {"kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\"}"},
        {"kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\",\"limit\":1}"},
        {"kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\",\"sort_order\":\"DESCEND\",\"sort_target\":\"KEY\"}"},
        {"kv/range", "{\"key\":\"AA==\",\"range_end\":\"AA==\",\"keys_only\":true}"},
        {"kv/range", "{\"key\":\"AA==\",\"rangeEnd\":\"AA==\",\"countOnly\":true}"},
        {"kv/range", "{\"key\":\"YQ==\",\"revision\":\"2\"}"},
        {"kv/range", "{\"key\":\"YQ==\",\"revision\":99}"},
        {"kv/range", "{}"},
        {
            "kv/txn",
            "{\"compare\":[{\"key\":\"YQ==\",\"target\":\"VALUE\",\"value\":\"Mg==\"}],"
                    + "\"success\":[{\"request_put\":{\"key\":\"YQ==\",\"value\":\"NA==\"}},"
                    + "{\"request_range\":{\"key\":\"YQ==\"}}]}"
        },
        {
            "kv/txn",
            "{\"compare\":[{\"key\":\"YQ==\",\"target\":\"VERSION\",\"result\":\"GREATER\",\"version\":\"9\"}],"
                    + "\"failure\":[{\"request_delete_range\":{\"key\":\"Yg==\"}}]}"
        },
        {"kv/txn", "{\"success\":[{\"request_put\":{\"key\":\"YQ==\"}},{\"request_put\":{\"key\":\"YQ==\"}}]}"},
        {"kv/txn", "{\"success\":[{}]}"},
        {"kv/txn", "{}"},
        {"kv/deleterange", "{\"key\":\"YQ==\",\"prev_kv\":true}"},
        {"kv/deleterange", "{\"key\":\"YQ==\"}"},
        {"kv/compaction", "{\"revision\":\"3\"}"},
        {"kv/compaction", "{\"revision\":\"3\"}"},
        {"kv/compaction", "{\"revision\":\"999\"}"},
        {"kv/range", "{\"key\":\"YQ==\",\"revision\":\"2\"}"},
        {"lease/grant", "{\"ID\":\"77\",\"TTL\":\"600\"}"},
        {"lease/grant", "{\"ID\":\"77\",\"TTL\":600}"},
        {"lease/grant", "{\"ID\":\"78\",\"TTL\":\"9000000001\"}"},
        {"kv/put", "{\"key\":\"bA==\",\"lease\":\"77\"}"},
        {"lease/keepalive", "{\"ID\":\"77\"}"},
        {"lease/keepalive", "{\"ID\":\"79\"}"},
        {"lease/timetolive", "{\"ID\":\"79\"}"},
        {"lease/leases", "{}"},
        {"kv/lease/leases", "{}"},
        {"lease/revoke", "{\"ID\":\"77\"}"},
        {"lease/revoke", "{\"ID\":\"77\"}"},
        {"kv/lease/revoke", "{\"ID\":\"77\"}"},
        {"auth/status", "{}"},
        {"auth/enable", "{}"},
        {"auth/disable", "{}"},
        {"auth/authenticate", "{\"name\":\"nobody\",\"password\":\"canary-gateway\"}"},
        {"auth/role/add", "{\"name\":\"r\"}"},
        {"auth/role/add", "{\"name\":\"r\"}"},
        {"auth/role/add", "{}"},
        {
            "auth/role/grant",
            "{\"name\":\"r\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"YQ==\",\"range_end\":\"Yg==\"}}"
        },
        {"auth/role/get", "{\"role\":\"r\"}"},
        {"auth/role/get", "{\"role\":\"s\"}"},
        {"auth/role/list", "{}"},
        {"auth/user/add", "{\"name\":\"u\",\"password\":\"canary-gateway\"}"},
        {"auth/user/grant", "{\"user\":\"u\",\"role\":\"r\"}"},
        {"auth/user/get", "{\"name\":\"u\"}"},
        {"auth/user/list", "{}"},
        {"auth/user/revoke", "{\"name\":\"u\",\"role\":\"r\"}"},
        {"auth/user/delete", "{\"name\":\"u\"}"},
        {"auth/user/delete", "{\"name\":\"u\"}"},
        {"maintenance/alarm", "{\"action\":\"GET\"}"},
        {"maintenance/hashkv", "{\"revision\":999}"},
        {"maintenance/transfer-leadership", "{\"targetID\":\"1\"}"},
        {"cluster/member/remove", "{\"ID\":\"1\"}"},
        {"lock/unlock", "{}"},
        {"election/leader", "{\"name\":\"ZQ==\"}"},
        {"election/resign", "{}"},
    };

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void bothAnswerTheSame() throws IOException, InterruptedException {
        try (TestEtcd real = EtcdSpec.real("3.5.16").start();
                EmbeddedEtcd embedded = EmbeddedEtcd.builder().httpPort(0).start()) {
            String there = real.endpoints().get(0) + "/v3/";
            String here = embedded.httpEndpoint().orElseThrow() + "/v3/";
            SoftAssertions same = new SoftAssertions();
            for (String[] request : REQUESTS) {
                String expected = answer(there + request[0], request[1]);
                same.assertThat(answer(here + request[0], request[1]))
                        .as("%s %s", request[0], request[1])
                        .isEqualTo(expected);
            }
            same.assertAll();
            assertThat(REQUESTS.length).isGreaterThan(60);
        }
    }

    private String answer(String url, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .version(HttpClient.Version.HTTP_1_1)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String text = response.body()
                .replaceAll("\\s", "")
                .replaceAll("\"cluster_id\":\"\\d+\",\"member_id\":\"\\d+\",", "")
                .replaceAll("\"raft_term\":\"\\d+\"", "")
                .replaceFirst("^\\{\"error\":\"[^\"]*(\\\\\"[^\"]*)*\",\"code\"", "{\"code\"");
        return response.statusCode() + " " + text;
    }
}
