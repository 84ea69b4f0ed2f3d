package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

final class LogLineTest {
    private static final String ESCAPE = "\u001b";

    private static String line(boolean traces, Throwable thrown) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                LogLineTest.class.getName(),
                context.getLogger("dev.rollcall.etcd.Connections"),
                Level.WARN,
                "no answer from {}",
                thrown,
                new Object[] {"a\nb" + ESCAPE + "[31m"});
        return new LogLine(traces).doLayout(event);
    }

    @Test
    void aLineIsLevelShortNameAndMessageWithoutControlCharacters() {
        assertThat(line(false, new IllegalStateException("why")))
                .isEqualTo("WARN  Connections: no answer from a?b?[31m" + System.lineSeparator());
    }

    @Test
    void tracesFollowWhereTheyAreWanted() {
        assertThat(line(true, new IllegalStateException("why")).lines())
                .hasSizeGreaterThan(2)
                .startsWith("WARN  Connections: no answer from a?b?[31m", "java.lang.IllegalStateException: why");
    }
}
