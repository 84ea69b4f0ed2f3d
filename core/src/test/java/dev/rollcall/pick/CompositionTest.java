package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class CompositionTest {

    private static final Instance NEAR1 = in("near", "a:1");
    private static final Instance NEAR2 = in("near", "b:1");
    private static final Instance FAR1 = in("far", "c:1");
    private static final Instance FAR2 = in("far", "d:1");
    private static final Instance NOWHERE = Instance.of("user", "e:1");

    static Stream<PickStrategy> all() {
        return PickStrategyTest.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFilterHoldsForEveryStrategy(PickStrategy strategy) {
        Instance[] users = PickRig.users(8);
        users[3] = users[3].toBuilder()
                .version("2")
                .tag("gpu")
                .metadata("rack", "7")
                .zone("z")
                .build();
        for (InstanceFilter filter : List.of(
                InstanceFilter.version("2"),
                InstanceFilter.tag("gpu"),
                InstanceFilter.metadata("rack", "7"),
                InstanceFilter.zone("z"),
                InstanceFilter.of("the fourth", one -> one.equals(users[3])))) {
            assertThat(new PickRig(strategy.where(filter), users).picks(10)).containsOnly(users[3]);
            assertThat(new PickRig(strategy.where(filter.negate()), users).picks(50))
                    .doesNotContain(users[3])
                    .isNotEmpty();
        }
    }

    @Test
    void filtersCombine() {
        InstanceFilter near = InstanceFilter.zone("near");
        InstanceFilter first = InstanceFilter.of("the first", one -> one.id().equals("a:1"));
        Instance[] all = {NEAR1, NEAR2, FAR1, FAR2};
        assertThat(picked(PickStrategy.roundRobin().where(near).where(first), all))
                .containsExactly("a:1");
        assertThat(picked(PickStrategy.roundRobin().where(near.and(first)), all))
                .containsExactly("a:1");
        assertThat(picked(PickStrategy.roundRobin().where(near.negate().or(first)), all))
                .containsExactly("a:1", "c:1", "d:1");
        assertThat(near.negate().or(first)).hasToString("(not (zone near) or the first)");
    }

    @Test
    void aFilterThatThrowsAdmitsNobodyAndSaysSo() {
        InstanceFilter bad = InstanceFilter.of("odd", one -> {
            if (one.equals(NEAR1)) {
                throw new IllegalStateException("no");
            }
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.roundRobin().where(bad), NEAR1, NEAR2);
        assertThat(rig.picks(4)).containsOnly(NEAR2);
        assertThat(rig.picker().leftOut().get(0).reason())
                .isEqualTo("the filter 'odd' threw java.lang.IllegalStateException");
    }

    @ParameterizedTest
    @MethodSource("all")
    void theOwnZoneComesFirstAndTheOthersWhenItIsEmpty(PickStrategy strategy) {
        PickRig rig = new PickRig(strategy.preferZone("near"), FAR1, FAR2, NEAR1, NEAR2, NOWHERE);
        assertThat(rig.picks(30)).isSubsetOf(NEAR1, NEAR2);
        rig.show(FAR1, FAR2, NEAR1.withStatus(InstanceStatus.LEAVING), NOWHERE);
        assertThat(rig.picks(30)).isSubsetOf(FAR1, FAR2, NOWHERE);
        rig.show(FAR1, FAR2, NEAR2, NOWHERE);
        assertThat(rig.picks(30)).containsOnly(NEAR2);
    }

    @Test
    void whenAllOfTheOwnZoneAreEjectedTheOthersAreUsed() {
        EjectionRules half = EjectionRules.defaults().withMostPercent(50);
        PickRig rig =
                new PickRig(PickStrategy.roundRobin().preferZone("near").ejecting(half), NEAR1, NEAR2, FAR1, FAR2);
        rig.picks(1);
        rig.fail(NEAR1, 3);
        assertThat(rig.picks(4)).containsOnly(NEAR2);
        rig.fail(NEAR2, 3);
        assertThat(rig.picks(4)).containsOnly(FAR1, FAR2);
    }

    @Test
    void aRetryLeavesTheZoneWhenAllOfItWereTried() {
        PickRig rig = new PickRig(PickStrategy.roundRobin().preferZone("near"), NEAR1, NEAR2, FAR1);
        try (Call call = rig.picker().start()) {
            List<Instance> tried = new ArrayList<>();
            do {
                tried.add(call.instance());
            } while (call.retry());
            assertThat(tried.subList(0, 2)).containsExactlyInAnyOrder(NEAR1, NEAR2);
            assertThat(tried.subList(2, 3)).containsExactly(FAR1);
        }
    }

    @Test
    void callsSpillOverWhereTheOwnZoneIsBusy() {
        PickRig rig = new PickRig(PickStrategy.leastLoaded().preferZone("near", 3), NEAR1, NEAR2, FAR1, FAR2);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(rig.picker().start());
        }
        assertThat(calls).extracting(Call::instance).containsOnly(NEAR1, NEAR2);
        for (int i = 0; i < 6; i++) {
            calls.add(rig.picker().start());
        }
        assertThat(calls.subList(6, 12)).extracting(Call::instance).containsOnly(FAR1, FAR2);
        for (int i = 0; i < 6; i++) {
            calls.add(rig.picker().start());
        }
        assertThat(calls.subList(12, 18))
                .extracting(Call::instance)
                .as("all are busy")
                .contains(NEAR1, NEAR2);
        calls.subList(0, 6).forEach(Call::close);
        assertThat(rig.picker().start().instance()).isIn(NEAR1, NEAR2);
    }

    /** A quarter of the own zone, by number and by weight, has all it can take: a quarter of the calls goes elsewhere, to all there alike. */
    @Test
    void whereAPartOfTheOwnZoneIsBusyJustItsPartOfTheCallsSpillsOver() {
        for (PickStrategy strategy :
                List.of(PickStrategy.roundRobin(), PickStrategy.random(), PickStrategy.weighted())) {
            Instance[] users = new Instance[12];
            Arrays.setAll(users, i -> in(i < 8 ? "near" : "far", String.format("u%02d:1", i)));
            PickRig rig = new PickRig(strategy.preferZone("near", 3), users);
            keepBusy(rig, 3, users[0], users[1]);
            Map<String, Integer> counts = rig.counts(8_000);
            assertThat(counts).doesNotContainKeys("u00:1", "u01:1");
            for (int i = 2; i < 8; i++) {
                assertThat(counts.get(users[i].id())).as("%s, near", strategy).isBetween(900, 1_100);
            }
            for (int i = 8; i < 12; i++) {
                assertThat(counts.get(users[i].id())).as("%s, far", strategy).isBetween(430, 570);
            }
        }
    }

    /** Three times the weight takes three times the calls before it is busy, and is not passed over for one that has less in number and more by weight. */
    @Test
    void whoIsBusyIsJudgedByItsWeight() {
        Instance heavy = NEAR1.toBuilder().weight(300).build();
        Instance light = NEAR2.toBuilder().weight(50).build();
        PickRig rig = new PickRig(PickStrategy.weighted().preferZone("near", 4), heavy, light, FAR1);
        keepBusy(rig, 11, heavy);
        keepBusy(rig, 1, light);
        assertThat(rig.picks(14)).as("nobody is busy").containsOnly(heavy, light);
        keepBusy(rig, 1, light);
        assertThat(rig.counts(7)).as("the light one is busy").isEqualTo(Map.of("a:1", 6, "c:1", 1));
        keepBusy(rig, 1, heavy);
        assertThat(rig.picks(7)).as("both are").containsOnly(FAR1);
        keepBusy(rig, 3, FAR1);
        assertThat(rig.picks(7)).as("the far one has 3, not 4 for its weight").containsOnly(FAR1);
        keepBusy(rig, 1, FAR1);
        assertThat(rig.picks(7)).as("it would be no better off there").containsOnly(heavy, light);
    }

    /** Has so many more calls in flight to each. */
    private static void keepBusy(PickRig rig, int calls, Instance... instances) {
        for (Instance instance : instances) {
            for (int i = 0; i < calls; i++) {
                rig.begin(instance);
            }
        }
    }

    @Test
    void aSubsetIsTheSameForACallerAndDiffersBetweenCallers() {
        Instance[] users = PickRig.users(200);
        Map<String, Integer> load = new HashMap<>();
        for (int caller = 0; caller < 200; caller++) {
            PickStrategy strategy = PickStrategy.roundRobin().subset(20, "caller " + caller);
            Set<String> mine = picked(strategy, users);
            assertThat(mine).hasSize(20).isEqualTo(picked(strategy, users));
            mine.forEach(id -> load.merge(id, 1, Integer::sum));
        }
        assertThat(load).hasSize(200);
        assertThat(load.values()).allSatisfy(callers -> assertThat(callers).isBetween(5, 40));
    }

    @Test
    void oneThatComesOrGoesChangesASubsetByOneAtMost() {
        Instance[] users = PickRig.users(100);
        PickStrategy strategy = PickStrategy.roundRobin().subset(10, "me");
        Set<String> before = picked(strategy, users);
        for (int gone = 0; gone < 100; gone++) {
            String id = users[gone].id();
            Set<String> after = picked(
                    strategy,
                    Arrays.stream(users).filter(one -> !one.id().equals(id)).toArray(Instance[]::new));
            Set<String> kept = new HashSet<>(before);
            kept.retainAll(after);
            assertThat(kept).hasSize(before.contains(id) ? 9 : 10);
            assertThat(after).hasSize(10);
        }
    }

    @Test
    void aSubsetHoldsSoManyOfTheOwnZone() {
        Instance[] users = PickRig.users(100);
        Arrays.setAll(
                users,
                i -> users[i].toBuilder().zone(i % 10 == 0 ? "near" : "far").build());
        PickStrategy strategy = PickStrategy.roundRobin().subset(5, "me").preferZone("near");
        assertThat(picked(strategy, users))
                .hasSize(5)
                .allSatisfy(id -> assertThat(id).endsWith("0:80"));
        PickRig rig = new PickRig(strategy, users);
        assertThat(rig.picker().leftOut())
                .hasSize(90)
                .first()
                .extracting(LeftOut::reason)
                .isEqualTo("not in the subset of 5");
    }

    @Test
    void aFreshInstanceComesToItsShareSlowly() {
        Instance[] users = PickRig.users(10);
        for (PickStrategy strategy : List.of(
                PickStrategy.roundRobin(),
                PickStrategy.random(),
                PickStrategy.weighted(),
                PickStrategy.leastLoaded())) {
            PickRig rig = new PickRig(strategy.slowStart(Duration.ofSeconds(10)), Arrays.copyOf(users, 9));
            assertThat(rig.counts(9_000).values())
                    .as("nobody is fresh at first")
                    .allSatisfy(n -> assertThat(n).isGreaterThan(800));
            rig.show(users);
            assertThat(ofTheLast(rig)).as("%s at once", strategy).isBetween(60, 145);
            rig.pass(Duration.ofSeconds(5));
            assertThat(ofTheLast(rig)).as("%s after half of it", strategy).isBetween(430, 610);
            rig.pass(Duration.ofSeconds(5));
            assertThat(ofTheLast(rig)).as("%s in the end", strategy).isBetween(900, 1_100);
        }
    }

    @Test
    void anUpdateIsNoFreshStartAndNeitherIsAPauseNorAReturnFromIt() {
        Instance[] users = PickRig.users(10);
        PickRig rig = new PickRig(PickStrategy.roundRobin().slowStart(Duration.ofSeconds(10)), users);
        rig.picks(1);
        users[9] = users[9].toBuilder().weight(5).build();
        rig.show(users);
        assertThat(ofTheLast(rig)).isEqualTo(1_000);
    }

    @Test
    void whereAllAreFreshTheyShareEqually() {
        Instance[] users = PickRig.users(10);
        PickRig rig = new PickRig(PickStrategy.roundRobin().slowStart(Duration.ofSeconds(10)));
        rig.show(users);
        assertThat(rig.counts(10_000).values())
                .hasSize(10)
                .allSatisfy(n -> assertThat(n).isBetween(850, 1_150));
        PickRig sticky = new PickRig(PickStrategy.first().slowStart(Duration.ofSeconds(10)));
        sticky.show(users);
        assertThat(sticky.picks(5)).containsOnly(users[0]);
    }

    private static int ofTheLast(PickRig rig) {
        return rig.counts(10_000).getOrDefault("user-00009:80", 0);
    }

    private static Set<String> picked(PickStrategy strategy, Instance... instances) {
        PickRig rig = new PickRig(strategy, instances);
        return new TreeSet<>(rig.counts(10 * instances.length).keySet());
    }

    private static Instance in(String zone, String address) {
        return Instance.of("user", address).toBuilder().zone(zone).build();
    }
}
