package dev.rollcall.etcd.server.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.machine.AutoCompaction.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoCompactionTest {

    /** What is compacted when, as {@code seconds:revision}, where a revision is written each second. */
    private static List<String> compactions(Rule rule, int seconds) {
        AutoCompaction compaction = new AutoCompaction(rule);
        List<String> found = new ArrayList<>();
        for (int second = 0; second <= seconds; second++) {
            int now = second;
            compaction.due(Duration.ofSeconds(second).toNanos(), second).ifPresent(at -> found.add(now + ":" + at));
        }
        return found;
    }

    @Test
    void nothingIsForgottenByDefault() {
        assertThat(compactions(Rule.OFF, 100_000)).isEmpty();
    }

    @Test
    void whatIsOlderThanTenMinutesIsForgottenEveryTenMinutes() {
        assertThat(compactions(Rule.periodic(Duration.ofMinutes(10)), 2000))
                .containsExactly("600:0", "1200:540", "1800:1140");
    }

    @Test
    void whatIsOlderThanThreeHoursIsForgottenEveryHour() {
        assertThat(compactions(Rule.periodic(Duration.ofHours(3)), 5 * 3600))
                .containsExactly("10800:0", "14400:3240", "18000:6840");
    }

    @Test
    void soManyRevisionsAreKept() {
        assertThat(compactions(Rule.revisions(400), 1000)).containsExactly("600:200", "900:500");
    }

    @Test
    void noRevisionIsForgottenTwice() {
        AutoCompaction compaction = new AutoCompaction(Rule.revisions(10));
        assertThat(compaction.due(0, 100)).isEmpty();
        assertThat(compaction.due(Duration.ofMinutes(5).toNanos(), 100)).hasValue(90);
        assertThat(compaction.due(Duration.ofMinutes(10).toNanos(), 100)).isEmpty();
    }
}
