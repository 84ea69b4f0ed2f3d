package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EjectionTest {

    private static final EjectionRules DEFAULTS = EjectionRules.defaults();
    private static final Instance[] TEN = PickRig.users(10);

    @Test
    void atMostAShareIsOutAndOneAlways() {
        for (int count : new int[] {2, 5, 9, 10, 19, 20, 55}) {
            Instance[] users = PickRig.users(count);
            PickRig rig = new PickRig(PickStrategy.roundRobin(), users);
            for (Instance user : users) {
                rig.fail(user, 3);
            }
            assertThat(count - rig.counts(10 * count).size()).as("of %d", count).isEqualTo(Math.max(1, count / 10));
        }
    }

    @Test
    void theWorstGoFirst() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        rig.picks(1);
        for (int i = 0; i < 3; i++) {
            rig.picker().failed(TEN[2], Duration.ZERO, new RuntimeException());
        }
        for (int i = 0; i < 30; i++) {
            rig.picker().failed(TEN[7], Duration.ZERO, new RuntimeException());
        }
        rig.pass(Duration.ofMillis(10));
        assertThat(out(rig)).containsExactly(TEN[7].id());
    }

    @Test
    void whoCouldNotBeTakenOutFollowsWhenThereIsRoom() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        rig.fail(TEN[2], 3);
        assertThat(out(rig)).containsExactly(TEN[2].id());
        rig.fail(TEN[3], 3);
        assertThat(out(rig)).containsExactly(TEN[2].id());
        rig.pass(DEFAULTS.duration());
        assertThat(out(rig)).containsExactly(TEN[3].id());
    }

    @Test
    void aSuccessMeanwhileSparesIt() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        rig.fail(TEN[2], 3);
        rig.fail(TEN[3], 3);
        rig.picks(1);
        rig.pass(Duration.ofSeconds(2)).succeed(TEN[3], 1);
        rig.pass(DEFAULTS.duration());
        assertThat(out(rig)).isEmpty();
    }

    @Test
    void halfOfEnoughCallsIsTooMuch() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        for (int i = 0; i < 9; i++) {
            rig.fail(TEN[5], 1);
            rig.succeed(TEN[5], 1);
        }
        assertThat(out(rig)).as("of 18 calls").isEmpty();
        rig.succeed(TEN[5], 1);
        rig.fail(TEN[5], 1);
        assertThat(out(rig)).as("of 20 calls").containsExactly(TEN[5].id());
        assertThat(rig.picker().leftOut().get(0).reason()).contains("its share of failures");
    }

    @Test
    void whatHappenedBeforeTheWindowDoesNotCount() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        for (int i = 0; i < 50; i++) {
            rig.fail(TEN[5], 1);
            rig.succeed(TEN[5], 2);
            rig.pass(Duration.ofSeconds(1));
        }
        assertThat(out(rig)).as("27 calls in 10 s, a third of them failures").isEmpty();
        for (int i = 0; i < 50; i++) {
            rig.fail(TEN[5], 1);
            rig.succeed(TEN[5], 1);
            rig.pass(Duration.ofSeconds(1));
        }
        assertThat(out(rig)).as("half of them, and 18 or 20 in 10 s").isSubsetOf(TEN[5].id());
    }

    @Test
    void repeatersAreOutForLonger() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        rig.fail(TEN[1], 3);
        for (int times = 1; times <= 40; times++) {
            long seconds = Math.min(10L * times, 300);
            rig.picks(1);
            rig.pass(Duration.ofSeconds(seconds).minusMillis(20));
            assertThat(out(rig)).as("time %d", times).containsExactly(TEN[1].id());
            rig.pass(Duration.ofMillis(20));
            assertThat(out(rig)).as("time %d", times).isEmpty();
            rig.fail(TEN[1], 1);
            assertThat(out(rig)).as("one failure is enough now").containsExactly(TEN[1].id());
        }
    }

    @Test
    void aSuccessAfterItsReturnEndsTheProbation() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        rig.fail(TEN[1], 3);
        rig.picks(1);
        rig.pass(DEFAULTS.duration());
        rig.picks(1);
        rig.succeed(TEN[1], 1);
        rig.fail(TEN[1], 2);
        assertThat(out(rig)).isEmpty();
    }

    @Test
    void whoBehavedForLongBeginsAnew() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), TEN);
        for (int i = 0; i < 3; i++) {
            rig.fail(TEN[1], 3);
            rig.picks(1);
            rig.pass(DEFAULTS.duration().multipliedBy(i + 1));
            rig.picks(1);
        }
        rig.pass(DEFAULTS.longest()).succeed(TEN[1], 1);
        rig.fail(TEN[1], 3);
        rig.picks(1);
        rig.pass(DEFAULTS.duration());
        assertThat(out(rig)).isEmpty();
    }

    @Test
    void whereLessThanHalfIsLeftAllAreUsed() {
        EjectionRules rules = DEFAULTS.withMostPercent(100);
        for (int failing = 0; failing <= 10; failing++) {
            PickRig rig = new PickRig(PickStrategy.roundRobin().ejecting(rules), TEN);
            rig.picks(1);
            for (int i = 0; i < failing; i++) {
                rig.fail(TEN[i], 3);
            }
            assertThat(rig.counts(100)).as("%d fail", failing).hasSize(failing <= 5 ? 10 - failing : 10);
        }
        PickRig alone = new PickRig(PickStrategy.roundRobin(), TEN[0]);
        alone.fail(TEN[0], 9);
        assertThat(alone.picks(2)).as("one that is alone").containsOnly(TEN[0]);
    }

    @Test
    void whoAsksForNoneHasNone() {
        PickRig rig = new PickRig(PickStrategy.roundRobin().ejecting(EjectionRules.none()), TEN);
        for (Instance user : TEN) {
            rig.fail(user, 100);
        }
        assertThat(rig.counts(100)).hasSize(10);
    }

    @Test
    void whateverIsToldNeverMoreThanTheShareIsOutAndNobodyWithoutReason() {
        for (long seed = 0; seed < 60; seed++) {
            RandomSource random = RandomSource.seeded(seed);
            int most = (int) random.below(101);
            int panic = (int) random.below(101);
            Instance[] users = PickRig.users(1 + (int) random.below(30));
            EjectionRules rules = DEFAULTS.withMostPercent(most).withPanicPercent(panic);
            PickRig rig = new PickRig(PickStrategy.roundRobin().ejecting(rules), users);
            Set<String> failed = new HashSet<>();
            for (int step = 0; step < 150; step++) {
                Instance user = users[(int) random.below(users.length)];
                switch ((int) random.below(4)) {
                    case 0, 1 -> {
                        failed.add(user.id());
                        rig.fail(user, 1 + (int) random.below(3));
                    }
                    case 2 -> rig.succeed(user, 1);
                    default -> rig.pass(Duration.ofMillis(random.below(8_000)));
                }
                List<String> out = out(rig);
                int bound = most == 0 ? 0 : Math.max(1, users.length * most / 100);
                assertThat(out)
                        .as("seed %d", seed)
                        .hasSizeLessThanOrEqualTo(bound)
                        .isSubsetOf(failed);
                assertThat((users.length - out.size()) * 100)
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(users.length * panic * (out.isEmpty() ? 0 : 1));
                assertThat(rig.counts(users.length * 2)).hasSize(users.length - out.size());
            }
        }
    }

    private static List<String> out(PickRig rig) {
        rig.picks(1);
        return rig.picker().leftOut().stream().map(left -> left.instance().id()).toList();
    }

    @Test
    void rulesMayBeAltered() {
        EjectionRules rules = DEFAULTS.withFailuresInRow(5)
                .withFailurePercent(30, 50, Duration.ofSeconds(1))
                .withDuration(Duration.ofSeconds(2), Duration.ofSeconds(9));
        assertThat(rules)
                .isEqualTo(new EjectionRules(
                        5, 30, 50, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(9), 10, 50));
        assertThat(Stream.of(1, 2, 4, 5, 1_000_000).map(rules::nanos).toList())
                .containsExactly(2_000_000_000L, 4_000_000_000L, 8_000_000_000L, 9_000_000_000L, 9_000_000_000L);
    }
}
