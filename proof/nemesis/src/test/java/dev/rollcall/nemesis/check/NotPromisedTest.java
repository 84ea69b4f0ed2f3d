package dev.rollcall.nemesis.check;

import static dev.rollcall.nemesis.check.CheckerTest.registered;
import static dev.rollcall.nemesis.check.Tale.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What looks like a broken rule and is none. */
class NotPromisedTest {

    /** The new store passed what the view knew and compacted its past before it was asked: docs/guarantees.md does not promise that this is noticed. */
    @Test
    void aStoreThatWasOvertakenAndCompactedMayGoUnnoticed() {
        assertThat(overtaken(true).broken()).isEmpty();
        assertThat(overtaken(false).broken())
                .as("the store was there all the time")
                .contains("V5");
    }

    private static Tale overtaken(boolean wiped) {
        Tale tale = registered().at(2_000);
        if (wiped) {
            tale.fault(1, "wipe-and-outrun", true, "*", 4_000)
                    .note("nemesis", "over", "epoch", 1)
                    .epoch(1, false);
        }
        return tale.put("services/noise", 7, 7, "", 7)
                .put(KEY, "r1-1.1")
                .at(2_500)
                .note("c1-1", "resynced", "v", "users", "cause", "MISSED", "anew", false, "epoch", 1, "rev", 8)
                .down(KEY, 2, 8)
                .up(KEY, 8, "r1-1.1");
    }

    @Test
    void theLeaseOfWhoWasKilledLatelyMayLive() {
        for (boolean lately : new boolean[] {true, false}) {
            assertThat(registered()
                            .at(5_000)
                            .note("nemesis", "killed", "client", "r1-1", "exit", 137)
                            .at(8_300)
                            .delete(KEY)
                            .at(lately ? 8_500 : 14_000)
                            .settled(true)
                            .note("nemesis", "leases", "when", "open", "count", 4)
                            .broken())
                    .as("its lease may live for a while")
                    .isEqualTo(lately ? List.of() : List.of("R8"));
        }
    }
}
