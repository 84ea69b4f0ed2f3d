package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogBudgetTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(LogBudgetTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now;
    private final LogBudget budget = new LogBudget(logger, new TimeSource() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    });

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

    private List<String> written() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void manyNewsOfAMinuteAreTenLinesAndDoNotHideAWarning() {
        for (int i = 0; i < 1_000; i++) {
            budget.log(org.slf4j.event.Level.INFO, "news {}", i);
        }
        budget.log(org.slf4j.event.Level.WARN, "careful");
        assertThat(written()).hasSize(LogBudget.LINES_A_MINUTE + 1).last().isEqualTo("careful");

        now += TimeUnit.MINUTES.toNanos(1);
        budget.log(org.slf4j.event.Level.INFO, "news again");

        assertThat(written())
                .endsWith("991 more lines were left out; they are logged on level DEBUG", "news again")
                .hasSize(LogBudget.LINES_A_MINUTE + 3);
    }

    @Test
    void aLineOfForeignTextIsShortAndHasNoControlCharacters() {
        budget.log(org.slf4j.event.Level.WARN, "key {} is {}", "a\r\n\u001b[31mb{}", "x".repeat(10_000));

        assertThat(written())
                .singleElement()
                .asString()
                .hasSize(256)
                .endsWith("x...")
                .startsWith("key a\uFFFD\uFFFD\uFFFD[31mb{} is x");
    }
}
