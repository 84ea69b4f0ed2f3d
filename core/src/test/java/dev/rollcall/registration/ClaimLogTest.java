package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.rollcall.instance.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClaimLogTest extends RegistrarScaffold {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Registrar.class);
    private final Lines lines = new Lines();

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
    void aRegistrationIsALineWithItsKeyAndRevision() {
        registrar.register(USER).awaitRegistered(SOON);

        long revision = stored(USER).orElseThrow().modRevision();
        assertThat(lines.of("registered: "))
                .singleElement()
                .asString()
                .contains("services/user/", ", revision " + revision);
    }

    @Test
    void aLineThatHoldsForeignTextIsShort() {
        Instance wordy = Instance.builder("user")
                .id("x".repeat(250))
                .endpoint("10.0.0.7:8080")
                .build();
        registrar.register(wordy).awaitRegistered(SOON);

        assertThat(lines.of("registered: ")).singleElement().asString().hasSize(256);
    }

    @Test
    void ofManyRegistrationsAtOnceOnlyTheirNumberIsWritten() {
        Collection<Instance> instances = many(100);
        for (Registration one : registrar.registerAll(instances)) {
            one.awaitRegistered(SOON);
        }

        await().atMost(SOON)
                .until(() -> lines.of("and more").equals(List.of("and more within a minute: {registered=95}")));
        assertThat(lines.of("registered: ")).hasSize(5);

        registrar.close();

        assertThat(lines.of("deregistered: ")).isEmpty();
        assertThat(lines.of("and more")).last().isEqualTo("and more within a minute: {deregistered=100}");
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final List<String> all = new ArrayList<>();

        @Override
        protected synchronized void append(ILoggingEvent event) {
            all.add(event.getFormattedMessage());
        }

        synchronized List<String> of(String beginning) {
            return all.stream().filter(line -> line.startsWith(beginning)).toList();
        }
    }
}
