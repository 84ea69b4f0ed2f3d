package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogBudgetTest {

    @RegisterExtension
    final CapturedLines lines = new CapturedLines(LogBudgetTest.class);

    private long now;
    private final LogBudget budget = new LogBudget(LoggerFactory.getLogger(LogBudgetTest.class), new TimeSource() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    });

    private List<String> written() {
        return lines.beginning("");
    }

    @Test
    void manyNewsOfAMinuteAreTenLinesAndDoNotHideAWarning() {
        for (int i = 0; i < 1_000; i++) {
            budget.log(Level.INFO, "news {}", i);
        }
        budget.log(Level.WARN, "careful");
        assertThat(written()).hasSize(LogBudget.LINES_A_MINUTE + 1).last().isEqualTo("careful");

        now += TimeUnit.MINUTES.toNanos(1);
        budget.log(Level.INFO, "news again");

        assertThat(written())
                .endsWith("991 more lines were left out; they are logged on level DEBUG", "news again")
                .hasSize(LogBudget.LINES_A_MINUTE + 3);
    }

    @Test
    void aLineOfForeignTextIsShortAndHasNoControlCharacters() {
        budget.log(Level.WARN, "key {} is {}", "a\r\n\u001b[31mb{}", "x".repeat(10_000));

        assertThat(written())
                .singleElement()
                .asString()
                .hasSize(256)
                .endsWith("x...")
                .startsWith("key a\uFFFD\uFFFD\uFFFD[31mb{} is x");
    }
}
