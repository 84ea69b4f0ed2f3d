package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PickStrategyTest {

    private static final Instance A = Instance.of("user", "a:1");
    private static final Instance B = Instance.of("user", "b:1");
    private static final Instance C = Instance.of("user", "c:1");

    static Stream<PickStrategy> all() {
        return Stream.of(
                PickStrategy.roundRobin(),
                PickStrategy.random(),
                PickStrategy.weighted(),
                PickStrategy.leastLoaded(),
                PickStrategy.consistentHash(),
                PickStrategy.sticky(),
                PickStrategy.first());
    }

    @Test
    void roundRobinTakesOneAfterTheOther() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), bound -> 0, A, B, C);
        assertThat(rig.picks(7)).containsExactly(A, B, C, A, B, C, A);
        assertThat(rig.picker().tryPick()).contains(B);
    }

    @Test
    void roundRobinBeginsSomewhere() {
        assertThat(new PickRig(PickStrategy.roundRobin(), bound -> 4, A, B, C).picks(1))
                .containsExactly(B);
    }

    @Test
    void randomAndTwoChoicesWithoutAWordFromCallersTakeEachEquallyOften() {
        for (PickStrategy strategy : new PickStrategy[] {PickStrategy.random(), PickStrategy.leastLoaded()}) {
            Map<String, Integer> counts = new PickRig(strategy, PickRig.users(10)).counts(100_000);
            assertThat(chiSquare(counts, PickRig.users(10)))
                    .isLessThan(27.9); // 9 degrees of freedom: exceeded in 1 of 1000 seeds
        }
    }

    @Test
    void weightedTakesEachExactlyAsOftenAsItsWeightSays() {
        Instance[] users = PickRig.users(4);
        users[1] = users[1].toBuilder().weight(50).build();
        users[2] = users[2].toBuilder().weight(350).build();
        PickRig rig = new PickRig(PickStrategy.weighted(), users);
        for (int cycle = 0; cycle < 5; cycle++) {
            assertThat(rig.counts(12).values()).containsExactly(2, 1, 7, 2);
        }
    }

    @Test
    void aWeightThatChangesCountsAtOnce() {
        PickRig rig = new PickRig(PickStrategy.weighted(), A, B);
        rig.picks(9);
        rig.show(A, B.toBuilder().weight(300).build());
        assertThat(rig.counts(8).values()).containsExactly(2, 6);
    }

    @Test
    void twoChoicesHeedWeights() {
        Instance[] users = PickRig.users(2);
        users[1] = users[1].toBuilder().weight(300).build();
        PickRig rig = new PickRig(PickStrategy.leastLoaded(), users);
        rig.succeed(users[0], 1);
        rig.succeed(users[1], 1);
        int heavier = 0;
        for (int i = 0; i < 4; i++) {
            heavier += rig.picker().start().instance().id().equals("user-00001:80") ? 1 : 0;
        }
        assertThat(heavier).as("of four calls that last").isEqualTo(3);
    }

    @Test
    void firstTakesTheFirstThatCanBePicked() {
        PickRig rig = new PickRig(PickStrategy.first(), A, B, C);
        assertThat(rig.picks(3)).containsOnly(A);
        rig.show(A.withStatus(InstanceStatus.PAUSED), B, C);
        assertThat(rig.picks(3)).containsOnly(B);
    }

    @Test
    void stickyStaysAsLongAsItCan() {
        PickRig rig = new PickRig(PickStrategy.sticky(), A, B, C);
        Instance kept = rig.picker().pick();
        assertThat(rig.picks(20)).containsOnly(kept);
        Instance updated = kept.toBuilder().metadata("build", "2").build();
        rig.show(Stream.of(A, B, C).map(one -> one.equals(kept) ? updated : one).toArray(Instance[]::new));
        assertThat(rig.picks(20)).as("through an update").containsOnly(updated);
        rig.show(Stream.of(A, B, C).filter(one -> !one.equals(kept)).toArray(Instance[]::new));
        Instance next = rig.picker().pick();
        rig.show(A, B, C);
        assertThat(rig.picks(20)).as("also when the first is back").containsOnly(next);
    }

    @Test
    void aStickyCallThatIsRetriedDoesNotMoveTheOthers() {
        PickRig rig = new PickRig(PickStrategy.sticky(), A, B, C);
        Instance kept = rig.picker().pick();
        try (Call call = rig.picker().start()) {
            assertThat(call.retry()).isTrue();
            assertThat(call.instance()).isNotEqualTo(kept);
        }
        assertThat(rig.picks(5)).containsOnly(kept);
    }

    @Test
    void anInstanceThatIsFastIsPreferredAndTheOthersAreStillAsked() {
        PickRig rig = new PickRig(PickStrategy.leastLoaded(), A, B, C);
        for (Instance slow : new Instance[] {A, B}) {
            rig.picker().succeeded(slow, Duration.ofMillis(100));
        }
        rig.picker().succeeded(C, Duration.ofMillis(1));
        Map<String, Integer> counts = rig.counts(30_000);
        assertThat(counts.get("c:1")).as("two of three draws hold it").isBetween(19_000, 21_000);
        PickRig two = new PickRig(PickStrategy.leastLoaded(), A, C);
        two.picker().succeeded(A, Duration.ofMillis(100));
        two.picker().succeeded(C, Duration.ofMillis(1));
        assertThat(two.counts(64_000).get("a:1")).as("one in 128").isBetween(400, 600);
    }

    @Test
    void equalKeysGoToTheSameInstanceAndDifferentOnesEverywhere() {
        PickRig rig = new PickRig(PickStrategy.consistentHash(), PickRig.users(10));
        PickRig elsewhere = new PickRig(PickStrategy.consistentHash(), bound -> bound / 2, PickRig.users(10));
        for (int key = 0; key < 1_000; key++) {
            Instance mine = rig.picker().pick("session " + key);
            assertThat(rig.picker().pick("session " + key)).isEqualTo(mine);
            assertThat(elsewhere.picker().pick("session " + key)).isEqualTo(mine);
        }
        assertThat(rig.counts(10_000)).as("without a key").hasSize(10);
        assertThat(new PickRig(PickStrategy.roundRobin(), bound -> 0, A, B)
                        .picker()
                        .pick("x"))
                .as("others do not heed it")
                .isEqualTo(A);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aNewSnapshotCountsWithinTenMilliseconds(PickStrategy strategy) {
        PickRig rig = new PickRig(strategy, A, B);
        rig.picks(10);
        rig.show(C);
        assertThat(rig.picks(10)).containsOnly(C);
    }

    @ParameterizedTest
    @MethodSource("all")
    void onlyWhatWantsWorkAndHasAnEndpointIsPicked(PickStrategy strategy) {
        Instance text = Instance.builder("user").id("t").text("no address").build();
        PickRig rig = new PickRig(
                strategy, A, B.withStatus(InstanceStatus.PAUSED), C.withStatus(InstanceStatus.LEAVING), text);
        assertThat(rig.picks(20)).containsOnly(A);
    }

    @ParameterizedTest
    @MethodSource("all")
    void withNobodyToPickItSaysHowManyThereAreAndWhyEachIsLeftOut(PickStrategy strategy) {
        PickRig rig = new PickRig(
                strategy.where(InstanceFilter.tag("gpu")),
                B.withStatus(InstanceStatus.PAUSED),
                C,
                Instance.builder("user").id("t").text("x").build());
        assertThatThrownBy(rig.picker()::pick)
                .isInstanceOfSatisfying(NoInstanceException.class, e -> {
                    assertThat(e.service()).isEqualTo("user");
                    assertThat(e.leftOut().stream()
                                    .map(left -> left.instance().id() + ": " + left.reason())
                                    .toList())
                            .containsExactly("b:1: paused", "c:1: not of tag gpu", "t: no endpoint");
                })
                .hasMessage("no instance of user can be picked: 3 registered, 1 paused (b:1), 1 not of tag gpu (c:1), "
                        + "1 no endpoint (t) (LIVE, revision 1)");
        assertThat(rig.picker().tryPick()).isEmpty();
        assertThatThrownBy(() -> rig.picker().start()).isInstanceOf(NoInstanceException.class);
        assertThatThrownBy(() -> rig.picker().start("key")).isInstanceOf(NoInstanceException.class);
        rig.show();
        assertThatThrownBy(rig.picker()::pick).hasMessageContaining("none is registered");
    }

    @Test
    void aThousandThatAreLeftOutAreToldInAFewWords() {
        Instance[] paused = Stream.of(PickRig.users(1_000))
                .map(one -> one.withStatus(InstanceStatus.PAUSED))
                .toArray(Instance[]::new);
        PickRig rig = new PickRig(PickStrategy.random(), paused);
        assertThatThrownBy(rig.picker()::pick)
                .hasMessageContaining(
                        "1000 registered, 1000 paused (user-00000:80, user-00001:80, user-00002:80 and 997 more)");
    }

    @Test
    void aStrategyThatMakesNoSenseIsRefused() {
        PickStrategy any = PickStrategy.random();
        assertThatThrownBy(() -> PickStrategy.consistentHash(1)).hasMessageContaining("more than 1");
        assertThatThrownBy(() -> any.subset(0, "me")).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> any.preferZone("z", -1)).hasMessageContaining("not negative");
        assertThatThrownBy(() -> any.slowStart(Duration.ofMillis(-1))).hasMessageContaining("slow start");
        assertThatThrownBy(() -> EjectionRules.defaults().withMostPercent(101)).hasMessageContaining("mostPercent");
        assertThatThrownBy(() -> EjectionRules.defaults().withFailuresInRow(-1)).hasMessageContaining("failuresInRow");
        assertThatThrownBy(() -> EjectionRules.defaults().withDuration(Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("duration");
    }

    /** How far the counts are from equal ones. */
    private static double chiSquare(Map<String, Integer> counts, Instance[] instances) {
        double expected = counts.values().stream().mapToInt(Integer::intValue).sum() / (double) instances.length;
        return Stream.of(instances).collect(Collectors.summingDouble(instance -> {
            double off = counts.getOrDefault(instance.id(), 0) - expected;
            return off * off / expected;
        }));
    }
}
