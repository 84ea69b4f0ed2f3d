package dev.rollcall.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The parts of the library and the server in virtual time. */
class SimulationTest {

    /** About a minute of processor time; the same ones on every machine. */
    private static final int SEEDS = 160;

    @BeforeAll
    static void quiet() {
        Logs.quiet();
    }

    @Test
    void theSameSeedIsTheSameStory() {
        for (long seed = 1; seed <= 10; seed++) {
            Plan plan = Plan.of(seed, 20, true);
            assertThat(Simulate.play(plan).world().scheduler.trace())
                    .as("seed " + seed)
                    .isEqualTo(Simulate.play(plan).world().scheduler.trace());
        }
    }

    @Test
    void nothingHappensThatNeverHappensWhileAllIsWell() {
        Simulate all = new Simulate();
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(all.play(seed, false).violation()).as("seed " + seed).isNull();
        }
        assertThat(all.tally().hours()).isGreaterThan(3);
    }

    @Test
    void nothingHappensThatNeverHappensUnderFaults() {
        Simulate all = new Simulate();
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertThat(all.play(seed, true).violation())
                    .as("tools/simulate --shrink --seed " + seed)
                    .isNull();
        }
        System.out.println("simulation: " + all.tally().line());
    }

    private static void assertNothingHappens(Plan plan) {
        assertThat(Simulate.play(plan).violation()).as("seed " + plan.seed()).isNull();
    }

    /** A store is restored to before a deletion that the view shows, deletes the key again at another revision, and passes what the view has heard of. */
    @Test
    void aViewNeedNotNoticeAStoreThatCameToTheSame() {
        List<Op> ops = List.of(
                new Op(26_627, Op.Kind.RESTORE, 573, 43, 2_867),
                new Op(31_391, Op.Kind.CLOSE, 654, 577, 0),
                new Op(50_000, Op.Kind.CLOSE, 441, 821, 0),
                new Op(57_945, Op.Kind.RESTORE, 783, 162, 2_463),
                new Op(80_000, Op.Kind.CLOSE, 386, 4, 0),
                new Op(81_000, Op.Kind.REGISTER, 478, 767, 0),
                new Op(81_439, Op.Kind.RESTORE, 513, 242, 1_213));
        assertNothingHappens(new Plan(5_628, 1, 3, 3, 140_000, ops));
    }

    /** The store is put back to before a close in the moment in which its key must be gone, and nobody has noticed yet that it is away. */
    @Test
    void aKeyThatARestoredStoreBringsBackHasTheTimeOfItsLease() {
        List<Op> ops =
                List.of(new Op(110_000, Op.Kind.CLOSE, 253, 239, 0), new Op(115_001, Op.Kind.RESTORE, 313, 161, 1_743));
        assertNothingHappens(new Plan(5_025, 1, 3, 3, 140_000, ops));
    }

    /** The store is put back to before a write, with its lease alive, and the write is repeated at the same revision with another value. */
    @Test
    void aWriteThatIsRepeatedWithAnotherValueIsNoticed() {
        List<Op> ops = List.of(
                new Op(20_000, Op.Kind.CLOSE, 562, 640, 0),
                new Op(21_000, Op.Kind.REGISTER, 82, 393, 0),
                new Op(110_000, Op.Kind.CLOSE, 172, 908, 0),
                new Op(111_000, Op.Kind.REGISTER, 178, 25, 0),
                new Op(115_230, Op.Kind.RESTORE, 571, 41, 3_093),
                new Op(118_509, Op.Kind.UPDATE, 337, 590, 8_573));
        assertNothingHappens(new Plan(20_477, 1, 3, 3, 140_000, ops));
    }

    /** A watch leaves out that a key goes, comes back and goes again, of which an audit finds only that it is gone. */
    @Test
    void whatComesAndGoesUnseenLeavesNothingToBeFound() {
        List<Op> ops = List.of(
                new Op(12_000, Op.Kind.WATCH_DROP, 0, 0, 25_000),
                new Op(16_000, Op.Kind.CLOSE, 1, 1, 0),
                new Op(20_000, Op.Kind.REGISTER, 1, 1, 0),
                new Op(24_000, Op.Kind.CLOSE, 1, 1, 0));
        for (long seed = 1; seed <= 130; seed++) {
            assertNothingHappens(new Plan(seed, 1, 2, 2, 40_000, ops));
        }
    }

    /** A leader is halted, voted out and let go on: it acknowledges renewals, of a lease that has run out, to one who reaches no other member. */
    @Test
    void aLeaderThatWasVotedOutDoesNotBringARegistrationBack() {
        List<Op> ops = List.of(
                new Op(5_000, Op.Kind.FREEZE, 0, 1, 4_000),
                new Op(14_000, Op.Kind.HOLE_UP, 0, 3, 20_000),
                new Op(20_000, Op.Kind.FREEZE, 0, 0, 9_000));
        for (long seed = 1; seed <= 30; seed++) {
            assertNothingHappens(new Plan(seed, 3, 2, 1, 40_000, ops));
        }
    }

    @Test
    void aFailingPlanIsShrunkToWhatMakesItFail() {
        Op culprit = new Op(13_000, Op.Kind.UPDATE, 0, 1, 7);
        List<Op> ops = List.of(
                new Op(11_000, Op.Kind.LISTEN, 0, 0, 0),
                new Op(12_000, Op.Kind.UPDATE, 0, 0, 1),
                culprit,
                new Op(14_000, Op.Kind.REGISTER, 0, 1, 0),
                new Op(15_000, Op.Kind.CLOSE, 0, 2, 0));
        Function<Plan, Simulate.Outcome> player = plan -> new Simulate.Outcome(
                Simulate.play(plan).world(), plan.ops().contains(culprit) ? new Violation("PLANTED", "by hand") : null);

        Shrinking shrinking = new Shrinking(player, player.apply(new Plan(1, 1, 1, 1, 60_000, ops)));

        assertThat(shrinking.smallest().world().plan.ops()).containsExactly(culprit);
    }
}
