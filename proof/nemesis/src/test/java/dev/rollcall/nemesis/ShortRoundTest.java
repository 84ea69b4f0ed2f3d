package dev.rollcall.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.nemesis.check.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One round on one etcd with a fixed seed: what every build plays. {@code tools/nemesis} plays the rest. */
@Tag("contract")
class ShortRoundTest {

    private static final long SEED = 3;
    private static final int FAULTS = 6;

    @Test
    void sixFaultsBreakNothing() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Report report = new Report(new PrintStream(said, true, StandardCharsets.UTF_8));
        Rounds rounds = new Rounds(
                Path.of("target", "nemesis"),
                Faults.named("registrant-kill,wipe,net-black-hole,key-delete,net-cut,snapshot-restore"),
                false);
        Verdict verdict = rounds.play(StoreChoice.SINGLE35, SEED, FAULTS, Duration.ofSeconds(60), true, report);
        assertThat(verdict.voids()).as(said.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(verdict.violations())
                .as(said.toString(StandardCharsets.UTF_8))
                .isEmpty();
        // Some may be void where the machine is too busy; then the round proves less, and not nothing.
        assertThat(report.faultsDone())
                .as(said.toString(StandardCharsets.UTF_8))
                .isGreaterThanOrEqualTo(3);
        assertThat(verdict.callbacks()).isGreaterThan(50);
    }
}
