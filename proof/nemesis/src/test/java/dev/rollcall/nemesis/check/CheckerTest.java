package dev.rollcall.nemesis.check;

import static dev.rollcall.nemesis.check.Tale.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.nemesis.history.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

/** For each rule a history that breaks it: a checker that does not find it is none. */
class CheckerTest {

    static Tale registered() {
        return new Tale()
                .at(1_000)
                .register("r1-1", KEY, "r1-1.1")
                .at(1_010)
                .put(KEY, "r1-1.1")
                .up(KEY, 2, "r1-1.1")
                .snap(1, 2, KEY + "@2", "");
    }

    @Test
    void aGoodHistoryIsGood() {
        assertThat(registered()
                        .at(2_000)
                        .note("r1-1", "update", "h", KEY, "token", "r1-1.2")
                        .put(KEY, 3, 2, "r1-1.2", 7)
                        .told("updated", KEY, 3, 2, "r1-1.2")
                        .snap(1, 3, KEY + "@3", "")
                        .at(3_000)
                        .note("r1-1", "close", "h", KEY)
                        .delete(KEY)
                        .down(KEY, 3, 4)
                        .snap(1, 4, "", "")
                        .note("r1-1", "closed", "h", KEY, "error", "null")
                        .at(9_000)
                        .broken())
                .isEmpty();
    }

    @Test
    void aRoundWithoutAnEndProvesNothing() {
        assertThat(Checker.judge(List.of(Line.of(0, "nemesis", "round"))).voids())
                .isNotEmpty();
    }

    @Test
    void v1ViewsThatDoNotAgreeInTheEnd() {
        assertThat(registered().at(3_000).settled(false).broken()).contains("V1");
    }

    @Test
    void v2ASnapshotThatGoesBack() {
        assertThat(registered().at(2_000).snap(1, 1, "", "").broken()).contains("V2");
    }

    @Test
    void v3ASnapshotThatMixesTwoRevisions() {
        assertThat(registered()
                        .put("services/user/u2", "n.1")
                        .put(KEY, 4, 2, "r1-1.2", 7)
                        .snap(1, 4, KEY + "@2 services/user/u2@3", "")
                        .broken())
                .contains("V3");
    }

    @Test
    void v3ASnapshotThatLacksAKey() {
        assertThat(registered()
                        .put("services/user/u2", "n.1")
                        .snap(1, 3, KEY + "@2", "")
                        .broken())
                .containsExactly("V3");
    }

    @Test
    void v4AnUpAfterAnUp() {
        assertThat(registered()
                        .put(KEY, 3, 2, "r1-1.1", 7)
                        .told("up", KEY, 3, 2, "r1-1.1")
                        .broken())
                .containsExactly("V4");
    }

    @Test
    void v4ARevisionThatFalls() {
        assertThat(registered()
                        .put(KEY, 3, 2, "r1-1.1", 7)
                        .put(KEY, 4, 2, "r1-1.1", 7)
                        .told("updated", KEY, 4, 2, "r1-1.1")
                        .told("updated", KEY, 3, 2, "r1-1.1")
                        .broken())
                .containsExactly("V4");
    }

    @Test
    void v4ADownOfWhatIsNotUp() {
        assertThat(registered().down("services/user/u9", 2, 3).broken()).containsExactly("V4");
    }

    @Test
    void v5ADownWithoutADeletion() {
        assertThat(registered().at(5_000).down(KEY, 2, 2).broken()).contains("V5");
    }

    @Test
    void whatAFlippedBitMakesOfAViewIsNotJudgedUntilTheViewReadsTheStoreAgain() {
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "net-flip", true, "c1", 3_000)
                        .at(40_000)
                        .down(KEY, 2, 2)
                        .snap(1, 2, "", "")
                        .broken())
                .isEmpty();
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "net-flip", true, "c2", 3_000)
                        .at(40_000)
                        .down(KEY, 2, 2)
                        .broken())
                .containsExactly("V5");
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "net-flip", true, "c1", 3_000)
                        .at(89_000)
                        .down(KEY, 2, 2)
                        .broken())
                .containsExactly("V5");
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "net-flip", true, "c1", 3_000)
                        .at(4_000)
                        .note("c1-1", "resynced", "v", "users", "cause", "MISFIT", "anew", false, "epoch", 1, "rev", 2)
                        .at(5_500)
                        .down(KEY, 2, 2)
                        .broken())
                .containsExactly("V5");
    }

    @Test
    void v6AnUpOfWhatNeverWas() {
        assertThat(registered().up("services/user/u9", 9, "n.9").broken()).contains("V6");
    }

    @Test
    void v6AZombieAfterItsDeletion() {
        assertThat(registered()
                        .at(2_000)
                        .note("r1-1", "close", "h", KEY)
                        .delete(KEY)
                        .down(KEY, 2, 3)
                        .up(KEY, 2, "r1-1.1")
                        .broken())
                .contains("V8");
    }

    @Test
    void v6AHistoryThatChangedUnnoticed() {
        assertThat(registered()
                        .at(2_000)
                        .note("nemesis", "over", "epoch", 1)
                        .at(2_500)
                        .fault(1, "wipe", true, "*", 3_000)
                        .epoch(1, false)
                        .put("services/noise", "")
                        .put(KEY, "r1-1.1")
                        .put("services/user/u2", "n.2")
                        .at(3_500)
                        .up("services/user/u2", 4, "n.2")
                        .broken())
                .contains("V6");
    }

    @Test
    void aStoreThatIsRestoredToWhatTheViewHadSeenGoesOn() {
        assertThat(registered()
                        .at(9_000)
                        .put("services/noise", "1")
                        .put("services/noise", 5, 3, "2", 7)
                        .note("nemesis", "over", "epoch", 1)
                        .fault(1, "snapshot-restore", true, "*", 10_000)
                        .at(9_500)
                        .epoch(1, false)
                        .put(KEY, "r1-1.1")
                        .put(KEY, 3, 2, "r1-1.2", 7)
                        .at(10_500)
                        .told("updated", KEY, 3, 2, "r1-1.2")
                        .broken())
                .doesNotContain("V6");
    }

    @Test
    void v6WhatAStoreTellsOnlyLater() {
        assertThat(registered()
                        .put("services/noise", "1")
                        .put("services/noise", 5, 3, "2", 7)
                        .told("updated", KEY, 3, 2, "r1-1.2")
                        .at(9_000)
                        .note("nemesis", "over", "epoch", 1)
                        .fault(1, "snapshot-restore", true, "*", 10_000)
                        .epoch(1, false)
                        .put(KEY, "r1-1.1")
                        .put(KEY, 3, 2, "r1-1.2", 7)
                        .broken())
                .contains("V6");
    }

    @Test
    void v8TheSameTwice() {
        assertThat(registered().told("updated", KEY, 2, 2, "r1-1.1").broken()).containsExactly("V8");
    }

    @Test
    void v11AChangeWhileTheStoreIsAway() {
        assertThat(registered()
                        .put(KEY, 3, 2, "r1-1.1", 7)
                        .at(22_000)
                        .note("nemesis", "away")
                        .at(26_000)
                        .told("updated", KEY, 3, 2, "r1-1.1")
                        .at(27_000)
                        .note("nemesis", "back")
                        .broken())
                .containsExactly("V11");
    }

    @Test
    void v12ALossShownAtOnceAfterAWipe() {
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "wipe", true, "*", 4_000)
                        .note("nemesis", "over", "epoch", 1)
                        .epoch(1, false)
                        .at(2_500)
                        .note(
                                "c1-1",
                                "resynced",
                                "v",
                                "users",
                                "cause",
                                "WENT_BACK",
                                "anew",
                                true,
                                "epoch",
                                2,
                                "rev",
                                1)
                        .down(KEY, 2, 1)
                        .at(4_000)
                        .put(KEY, "r1-1.1")
                        .broken())
                .containsExactly("V12");
    }

    @Test
    void v12AWaveOfExpiriesShownAtOnce() {
        Tale tale = registered()
                .put("services/user/u2", "r1-1.2")
                .up("services/user/u2", 3, "r1-1.2")
                .put("services/user/u3", "r1-1.3")
                .up("services/user/u3", 4, "r1-1.3")
                .at(2_000)
                .fault(1, "lease-revoke", true, "*", 4_000)
                .deleteAt(KEY, 5)
                .deleteAt("services/user/u2", 5)
                .deleteAt("services/user/u3", 5)
                .down(KEY, 2, 5)
                .at(3_000)
                .put(KEY, "r1-1.1");
        assertThat(tale.broken()).containsExactly("V12");
    }

    @Test
    void v12ALossHeldForEver() {
        assertThat(registered()
                        .at(2_000)
                        .snap(1, 2, KEY + "@2", KEY + "@2")
                        .at(40_000)
                        .snap(1, 2, KEY + "@2", KEY + "@2")
                        .broken())
                .containsExactly("V12");
    }

    @Test
    void v13AListenerThatFailed() {
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("c1-1", "ending", "failures", 1)
                        .broken())
                .containsExactly("V13");
    }

    @Test
    void v14AKeyFromNextDoor() {
        assertThat(registered()
                        .put("services/user1/x", "n.1")
                        .up("services/user1/x", 3, "n.1")
                        .broken())
                .containsExactly("V14");
        assertThat(registered()
                        .put("services/user/deep/x", "n.1")
                        .snap(1, 3, KEY + "@2 services/user/deep/x@3", "")
                        .broken())
                .contains("V14");
        assertThat(registered()
                        .at(2_000)
                        .fault(1, "net-flip", true, "c1", 3_000)
                        .put("services/user1/x", "n.1")
                        .up("services/user1/x", 3, "n.1")
                        .broken())
                .containsExactly("V14");
    }

    @Test
    void aRoundOfWhichTooMuchCannotBeJudgedIsVoid() {
        Tale flipped = registered().at(2_000).fault(1, "net-flip", true, "c1", 3_000);
        for (int i = 0; i < 11; i++) {
            flipped = flipped.snap(1, 2, "", "");
        }
        Verdict verdict = flipped.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.voids()).singleElement().asString().contains("11 could not be judged");
    }

    @Test
    void r1AKeyThatIsGoneWithNothingToBlame() {
        assertThat(registered()
                        .at(32_000)
                        .delete(KEY)
                        .at(32_500)
                        .put(KEY, "r1-1.1")
                        .broken())
                .containsExactly("R1");
    }

    @Test
    void r1AFaultThatEndsNoLeaseIsNotToBlame() {
        Tale harmless = registered().at(31_000).fault(1, "member-kill", false, "*", 32_000);
        assertThat(harmless.at(32_000).delete(KEY).at(32_500).put(KEY, "r1-1.1").broken())
                .containsExactly("R1");
        Tale harmful = registered().at(11_000).fault(1, "store-pause", true, "*", 12_000);
        assertThat(harmful.at(12_000).delete(KEY).at(12_500).put(KEY, "r1-1.1").broken())
                .isEmpty();
    }

    @Test
    void r2AKeyThatDoesNotComeBack() {
        assertThat(registered()
                        .at(31_000)
                        .fault(1, "key-delete", true, "r1", 32_000)
                        .delete(KEY)
                        .at(60_000)
                        .put(KEY, "r1-1.1")
                        .broken())
                .containsExactly("R2");
    }

    @Test
    void r2AKeyThatNeverCame() {
        assertThat(new Tale()
                        .at(1_000)
                        .register("r1-1", KEY, "r1-1.1")
                        .at(40_000)
                        .broken())
                .containsExactly("R2", "R4");
    }

    @Test
    void r3AKeyThatComesBackAfterItsClose() {
        assertThat(registered()
                        .at(2_000)
                        .note("r1-1", "close", "h", KEY)
                        .delete(KEY)
                        .note("r1-1", "closed", "h", KEY, "error", "null")
                        .at(2_100)
                        .note("nemesis", "head", "epoch", 1, "rev", 3, "begun", 2_050_000_000L)
                        .at(2_200)
                        .put(KEY, "r1-1.1")
                        .broken())
                .containsExactly("R3");
    }

    @Test
    void r4AnUpdateThatGotLost() {
        assertThat(registered()
                        .at(2_000)
                        .note("r1-1", "update", "h", KEY, "token", "r1-1.2")
                        .at(5_000)
                        .broken())
                .containsExactly("R4");
    }

    @Test
    void r5AWriteOverAnothersKey() {
        assertThat(registered()
                        .put(KEY, 3, 2, "r2-1.1", 8)
                        .put(KEY, 4, 2, "r1-1.1", 7)
                        .broken())
                .containsExactly("R5");
    }

    @Test
    void r7AKeyThatOutlivesItsOwner() {
        assertThat(registered()
                        .at(25_000)
                        .note("nemesis", "killed", "client", "r1-1", "exit", 137)
                        .at(50_000)
                        .delete(KEY)
                        .broken())
                .containsExactly("R7");
    }

    @Test
    void r7AKeyThatGoesTooSoon() {
        assertThat(registered()
                        .at(25_000)
                        .note("nemesis", "killed", "client", "r1-1", "exit", 137)
                        .at(25_200)
                        .delete(KEY)
                        .at(50_000)
                        .broken())
                .containsExactly("R7");
    }

    @Test
    void r8LeasesThatLeak() {
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("nemesis", "leases", "when", "closed", "count", 1)
                        .broken())
                .containsExactly("R8");
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("nemesis", "leases", "when", "open", "count", 4)
                        .broken())
                .containsExactly("R8");
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("nemesis", "leases", "when", "open", "count", 3)
                        .broken())
                .isEmpty();
    }

    @Test
    void r10AWarOfWrites() {
        Tale tale = registered();
        for (int i = 0; i < 12; i++) {
            tale.at(2_000 + i * 100).put(KEY, 3 + i, 2, "r1-1.1", 7);
        }
        assertThat(tale.broken()).containsExactly("R10");
    }

    @Test
    void h1AThreadThatIsLeft() {
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("c1-1", "ended", "millis", 100, "threads", "rollcall-timer")
                        .broken())
                .containsExactly("H1");
    }

    @Test
    void h5ACloseThatTakesLong() {
        assertThat(registered()
                        .at(5_000)
                        .settled(true)
                        .note("c1-1", "ended", "millis", 9_000, "threads", "")
                        .broken())
                .containsExactly("H5");
    }

    @Test
    void aForgetfulStoreIsDoubtedAndNotTheView() {
        Verdict verdict = Checker.judge(List.of(
                Line.of(0, "nemesis", "round", "forgetful", true),
                Line.of(1, "nemesis", "epoch", "epoch", 1, "base", 1),
                Line.of(2, "c1-1", "view", "v", "users", "service", "user"),
                Line.of(3, "c1-1", "up", "v", "users", "key", KEY, "mod", 5),
                Line.of(4, "nemesis", "settled", "agreed", true)));
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.doubts()).extracting(Violation::rule).containsExactly("V6");
    }
}
