package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.internal.CapturedLines;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.event.Level;

/** How much the views of one discovery write together. */
@Timeout(60)
class ViewLogTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    @RegisterExtension
    final CapturedLines lines = new CapturedLines(Discovery.class);

    @Test
    void aHundredViewsWriteTenLinesAMinuteOnEachLevel() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
                Discovery discovery = Discovery.over(client, Keyspace.standard(), DiscoverySettings.DEFAULTS)) {
            List<ServiceView> views = IntStream.range(0, 100)
                    .mapToObj(i -> discovery.view("user" + i))
                    .toList();
            views.forEach(view -> view.awaitSnapshot(Duration.ofSeconds(20)));
            IntStream.range(0, 100).forEach(i -> client.kv().put("services/user" + i + "/1", "nonsense"));
            Await.until(() -> views.stream().allMatch(view -> view.health().quarantined() == 1));
        }

        assertThat(lines.of(Level.INFO)).hasSizeBetween(1, 10);
        assertThat(lines.of(Level.WARN)).hasSizeBetween(1, 10);
    }

    @Test
    void whyAViewIsStaleStandsInItsLine() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
                Discovery discovery = Discovery.over(client, Keyspace.standard(), DiscoverySettings.DEFAULTS)) {
            ServiceView view = discovery.view("user");
            view.awaitSnapshot(Duration.ofSeconds(20));
            client.kv().put("services/user/1", "{\"Addr\":\"10.0.0.1:80\"}");
            view.awaitInstances(1, Duration.ofSeconds(20));
            etcd.etcd().stop();
            Await.until(() -> lines.of(Level.WARN).size() == 1);
        } finally {
            etcd.etcd().start();
        }

        assertThat(lines.of(Level.WARN))
                .singleElement()
                .asString()
                .startsWith("user: stale, last proven ")
                .contains("1 entries are kept: ", "UNAVAILABLE");
    }

    @Test
    void aLineThatHoldsForeignTextIsShort() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
                Discovery discovery = Discovery.over(client, Keyspace.standard(), DiscoverySettings.DEFAULTS)) {
            ServiceView view = discovery.view("user");
            client.kv().put("services/user/" + "x".repeat(240), "{\"Op\":0,\"Addr\":" + "y".repeat(100_000));
            Await.until(() -> view.health().quarantined() == 1);
        }

        assertThat(lines.of(Level.WARN).stream().filter(line -> line.startsWith("user: cannot read services/user/xxx")))
                .singleElement()
                .asString()
                .hasSizeLessThanOrEqualTo(256);
    }
}
