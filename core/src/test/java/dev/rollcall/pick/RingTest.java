package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingTest {

    private static final int KEYS = 100_000;

    @Test
    void whereOneComesOrGoesOnlyItsShareOfTheKeysMoves() {
        for (int count : new int[] {3, 10, 100, 1_000}) {
            List<Candidate> all = candidates(count + 1);
            Candidate last = all.get(count);
            Ring without = Ring.of(array(all.subList(0, count)), null);
            Ring with = Ring.of(array(all), without);
            int moved = 0;
            for (long key = 0; key < KEYS; key++) {
                Standing before = owner(without, key);
                Standing after = owner(with, key);
                if (before != after) {
                    moved++;
                    assertThat(after)
                            .as("keys move to who comes, and nowhere else")
                            .isSameAs(last.standing());
                }
            }
            double share = 1.0 / (count + 1);
            assertThat(moved / (double) KEYS).as("of %d", count).isBetween(share / 2, share * 1.5);
            assertThat(sameOwners(Ring.of(array(all.subList(0, count)), with), without))
                    .as("they are back when it goes")
                    .isTrue();
        }
    }

    @Test
    void sharesAreEvenAndFollowTheWeights() {
        List<Candidate> all = candidates(20);
        all.set(3, weighing(all.get(3), 300));
        Ring ring = Ring.of(array(all), null);
        Map<Standing, Integer> counts = new HashMap<>();
        for (long key = 0; key < KEYS; key++) {
            counts.merge(owner(ring, key), 1, Integer::sum);
        }
        double fair = KEYS / 22.0;
        for (Candidate candidate : all) {
            double times = counts.getOrDefault(candidate.standing(), 0) / fair * 100 / candidate.weight();
            assertThat(times).isBetween(0.6, 1.45);
        }
    }

    @Test
    void aRingMadeFromAnotherIsTheOneMadeAfresh() {
        RandomSource random = RandomSource.seeded(5);
        List<Candidate> all = candidates(60);
        Ring ring = Ring.of(new Candidate[0], null);
        for (int round = 0; round < 200; round++) {
            List<Candidate> some = new ArrayList<>();
            for (Candidate candidate : all) {
                if (random.below(3) > 0) {
                    some.add(random.below(8) == 0 ? weighing(candidate, 1 + (int) random.below(400)) : candidate);
                }
            }
            ring = Ring.of(array(some), ring);
            assertThat(sameOwners(ring, Ring.of(array(some), null))).isTrue();
            assertThat(Ring.of(array(some), ring)).as("nothing changed").isSameAs(ring);
        }
        assertThat(Ring.of(new Candidate[0], ring).size()).isZero();
    }

    @Test
    void nobodyGetsMoreThanItsBoundOfTheCallsInFlight() {
        for (double bound : new double[] {1.125, 1.25, 2}) {
            PickRig rig = new PickRig(PickStrategy.consistentHash(bound), PickRig.users(10));
            List<Call> calls = new ArrayList<>();
            Map<String, Integer> inFlight = new HashMap<>();
            for (int i = 0; i < 500; i++) {
                Call call = rig.picker().start("a key of many"); // all want the same
                calls.add(call);
                int now = inFlight.merge(call.instance().id(), 1, Integer::sum);
                assertThat(now).isLessThanOrEqualTo((int) Math.ceil(bound * (i + 1) / 10));
            }
            Instance wanted = calls.get(0).instance();
            calls.forEach(Call::close);
            assertThat(rig.picker().pick("a key of many"))
                    .as("when they are over")
                    .isEqualTo(wanted);
        }
    }

    @Test
    void keysOfAnEjectedOneGoToItsNeighboursAndComeBack() {
        Instance[] users = PickRig.users(20);
        PickRig rig = new PickRig(PickStrategy.consistentHash(), users);
        Map<Integer, Instance> before = owners(rig);
        rig.fail(users[4], 3);
        Map<Integer, Instance> during = owners(rig);
        before.forEach((key, owner) -> {
            if (owner.equals(users[4])) {
                assertThat(during.get(key)).isNotEqualTo(users[4]);
            } else {
                assertThat(during.get(key)).isEqualTo(owner);
            }
        });
        rig.pass(EjectionRules.defaults().duration());
        assertThat(owners(rig)).isEqualTo(before);
    }

    @Test
    void aRetryGoesOnAlongTheRing() {
        PickRig rig = new PickRig(PickStrategy.consistentHash(), PickRig.users(5));
        try (Call call = rig.picker().start("key")) {
            Instance first = call.instance();
            assertThat(call.retry()).isTrue();
            Instance second = call.instance();
            assertThat(second).isNotEqualTo(first);
            PickRig without = new PickRig(
                    PickStrategy.consistentHash().where(InstanceFilter.of("others", one -> !one.equals(first))),
                    PickRig.users(5));
            assertThat(without.picker().pick("key"))
                    .as("whose the key would be")
                    .isEqualTo(second);
        }
    }

    private static Map<Integer, Instance> owners(PickRig rig) {
        Map<Integer, Instance> owners = new HashMap<>();
        for (int key = 0; key < 2_000; key++) {
            owners.put(key, rig.picker().pick(key));
        }
        return owners;
    }

    private static Standing owner(Ring ring, long key) {
        return ring.owner(ring.at(Hash64.mix(key)));
    }

    private static boolean sameOwners(Ring one, Ring other) {
        boolean same = one.size() == other.size();
        long here = same && one.size() > 0 ? one.at(Long.MIN_VALUE) : 0;
        long there = same && one.size() > 0 ? other.at(Long.MIN_VALUE) : 0;
        for (int i = 0; i < one.size() && same; i++) {
            same = one.owner(here) == other.owner(there);
            here = one.after(here);
            there = other.after(there);
        }
        return same;
    }

    private static List<Candidate> candidates(int count) {
        List<Candidate> candidates = new ArrayList<>();
        for (Instance user : PickRig.users(count)) {
            Standing standing =
                    new Standing(EjectionRules.defaults(), Hash64.of(user.identity()), new AtomicInteger(), 0);
            candidates.add(new Candidate(user, standing));
        }
        return candidates;
    }

    private static Candidate weighing(Candidate candidate, int weight) {
        Instance heavier = candidate.instance().toBuilder().weight(weight).build();
        return new Candidate(heavier, candidate.standing());
    }

    private static Candidate[] array(List<Candidate> candidates) {
        return candidates.toArray(Candidate[]::new);
    }
}
