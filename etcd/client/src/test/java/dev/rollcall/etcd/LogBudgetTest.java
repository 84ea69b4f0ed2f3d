package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogBudgetTest {

    private final CapturedLog kept = new CapturedLog();
    private final Logger logger = kept.logger();

    @AfterEach
    void leave() {
        kept.close();
    }

    private List<String> lines() {
        return kept.lines(Level.INFO);
    }

    @Test
    void whateverFailsThereAreTenLinesAMinuteAtMost() {
        AtomicLong clock = new AtomicLong();
        LogBudget budget = new LogBudget(clock::get);
        for (int i = 0; i < 6_000; i++) {
            budget.log(logger, org.slf4j.event.Level.WARN, "failure {}", i);
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        }
        assertThat(lines()).hasSize(10 * LogBudget.LINES_A_MINUTE + 9);
    }

    @Test
    void whatWasLeftOutIsCounted() {
        AtomicLong clock = new AtomicLong();
        LogBudget budget = new LogBudget(clock::get);
        for (int i = 0; i < 100; i++) {
            budget.log(logger, org.slf4j.event.Level.WARN, "failure");
        }
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        budget.log(logger, org.slf4j.event.Level.WARN, "one more");
        assertThat(lines())
                .hasSize(LogBudget.LINES_A_MINUTE + 2)
                .endsWith("91 more lines of this client were left out; they are logged on level DEBUG", "one more");
    }

    @Test
    void aLineOfForeignTextIsShortAndKeepsItsCause() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        new LogBudget(() -> 0)
                .log(logger, org.slf4j.event.Level.WARN, "the store said {}", "a\r\n{}" + "x".repeat(5_000), cause);

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("the store said a\uFFFD\uFFFD{}xxx")
                .hasSize(256);
        assertThat(kept.events().get(0).getThrowableProxy().getMessage()).isEqualTo("on purpose");
    }

    @Test
    void whatCannotBeSeenIsShownAsUnknownAndNoCharacterIsCut() {
        String text = "\u202Ea\uD83D".concat("x".repeat(245)) + "\uD83D\uDE00".repeat(20);
        new LogBudget(() -> 0).log(logger, org.slf4j.event.Level.WARN, "{}", text);

        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("\uFFFDa\uFFFDxx")
                .endsWith("...")
                .hasSizeBetween(255, 256);
        assertThat(lines().get(0).codePoints()).noneMatch(point -> point >= 0xD800 && point < 0xE000);
    }

    @Test
    void aThousandWatchesThatTheStoreRefusesAreNotAThousandLines() {
        try (ScriptedEtcd etcd = ScriptedEtcd.start();
                EtcdClient client = EtcdClient.connect(etcd.endpoint())) {
            etcd.always(WatchGrpc.getWatchMethod())
                    .answerEach(request -> EtcdMessages.canceled(-1, 1, "etcdserver: permission denied").toBuilder()
                            .setCreated(true)
                            .build());
            for (int i = 0; i < 1_000; i++) {
                client.watches().watch("/secret/" + i + "/", batch -> {});
            }
            Waiting.until(() -> etcd.requests(WatchGrpc.getWatchMethod()).size() >= 1_500, "every watch is refused");
            assertThat(lines()).hasSizeBetween(1, LogBudget.LINES_A_MINUTE + 1);
        }
    }
}
