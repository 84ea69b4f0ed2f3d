package dev.rollcall.nemesis.check;

import static dev.rollcall.nemesis.check.CheckerTest.registered;
import static dev.rollcall.nemesis.check.Tale.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What looks like a broken rule and is none. */
class NotPromisedTest {

    /** The new store passed what the view knew and compacted its past before it was asked: docs/guarantees.md does not promise that this is noticed. */
    @Test
    void aStoreThatWasOvertakenAndCompactedMayGoUnnoticed() {
        assertThat(missed(wiped(registered(), 20)).broken()).isEmpty();
    }

    @Test
    void aViewThatMissedNothingButTheStoreShowsNoFalseDown() {
        assertThat(missed(registered().at(2_000).put("services/noise", 20, 20, "", 7))
                        .broken())
                .as("the store was there all the time")
                .contains("V5");
        assertThat(missed(wiped(registered(), 1)).broken())
                .as("the new store had not passed what the view knew")
                .contains("V5");
        Tale heard = wiped(registered(), 20)
                .at(2_200)
                .note("c1-1", "resynced", "v", "users", "cause", "AUDIT", "anew", false, "epoch", 1, "rev", 2);
        assertThat(missed(heard).broken()).as("it was heard of since").contains("V5");
        Tale read = registered()
                .note("c1-1", "initial", "v", "users", "known", true, "rev", 30)
                .up(KEY, 2, "r1-1.1");
        assertThat(missed(wiped(read, 20)).broken())
                .as("what it read first was of a later revision than all that it shows")
                .contains("V5");
    }

    private static Tale wiped(Tale tale, long reached) {
        return tale.at(2_000)
                .fault(1, "wipe-and-outrun", true, "*", 4_000)
                .note("nemesis", "over", "epoch", 1)
                .epoch(1, false)
                .put("services/noise", reached, reached, "", 7);
    }

    private static Tale missed(Tale tale) {
        return tale.at(2_500)
                .note("c1-1", "resynced", "v", "users", "cause", "MISSED", "anew", false, "epoch", 1, "rev", 20)
                .down(KEY, 2, 20)
                .at(3_500)
                .put(KEY, 21, 21, "r1-1.1", 7)
                .up(KEY, 21, "r1-1.1");
    }

    @Test
    void aRoundWhoseLeasesNobodyCountedProvesNothing() {
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("nemesis", "leases", "when", "open", "count", -1)
                        .verdict()
                        .voids())
                .isNotEmpty();
    }
}
