package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** How much the views of one discovery write together. */
@Timeout(60)
class ViewLogTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private final Logger logger = (Logger) LoggerFactory.getLogger(Discovery.class);
    private final Lines lines = new Lines();

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final List<ILoggingEvent> all = new ArrayList<>();

        @Override
        protected synchronized void append(ILoggingEvent event) {
            all.add(event);
        }

        synchronized List<String> of(Level level) {
            return all.stream()
                    .filter(line -> line.getLevel() == level)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.setLevel(null);
        logger.setAdditive(true);
        logger.detachAppender(lines);
    }

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
