package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.KeyClaim.Phase;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import dev.rollcall.registration.Sighting.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two claims to one key, a careless third writer, and a store that answers late, not at all, or twice, and is wiped now and then, after which it counts its
 * revisions anew: in thousands of histories, no claim ever touches the key of another owner that lives, and in the end the key is as its owner wants it.
 */
class KeyClaimHistoryTest {

    private static final int HISTORIES = 4_000;

    @Test
    void noClaimEverTouchesTheKeyOfAnotherAndTheLastValueWins() {
        for (long seed = 0; seed < HISTORIES; seed++) {
            new History(seed).play();
        }
    }

    /** A call on its way to the store, with whoever waits for its answer; null where nobody does any more. */
    private record Call(ClaimAction action, Owned sender, boolean answered) {}

    private record Stored(long create, long mod, LeaseId lease, Bytes value) {}

    /** A claim with what its loop would keep for it. */
    private static final class Owned {

        final String name;
        final Set<LeaseId> leases = new HashSet<>();
        final ArrayDeque<Sighting> watch = new ArrayDeque<>();
        KeyClaim claim;
        LeaseId lease = LeaseId.NONE;
        Bytes wanted;
        boolean waiting;
        boolean left;
        boolean isBehind;

        Owned(String name) {
            this.name = name;
            this.wanted = Bytes.utf8(name + " 0");
            this.claim = KeyClaim.of(wanted, OnConflict.WAIT, OnDelete.RESTORE, 0);
        }
    }

    private static final class History {

        final long seed;
        final SplittableRandom random;
        final List<Owned> owners = List.of(new Owned("left"), new Owned("right"));
        final List<Call> onTheWay = new ArrayList<>();
        final Set<LeaseId> alive = new HashSet<>();

        @Nullable Stored stored;

        long revision = 1;
        long nextLease = 1;
        long now;
        int updates;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
        }

        void play() {
            for (int i = 0; i < 80; i++) {
                now += random.nextLong(TimeUnit.MILLISECONDS.toNanos(400));
                disturb(owners.get(random.nextInt(2)));
            }
            settle();
            check();
        }

        private void disturb(Owned one) {
            switch (random.nextInt(17)) {
                case 0, 1 -> grant(one);
                case 2 -> expire(one);
                case 3 -> {
                    one.wanted = Bytes.utf8(one.name + " " + ++updates);
                    tell(one, new ClaimEvent.Wanted(one.wanted));
                }
                case 4 -> tell(one, new ClaimEvent.RetryDue());
                case 5 -> tell(one, random.nextBoolean() ? new ClaimEvent.Doubted() : new ClaimEvent.WentBack());
                case 6 -> meddle();
                case 7 -> {
                    if (random.nextInt(4) == 0) {
                        one.left = true;
                        tell(one, new ClaimEvent.Leave(Bytes.utf8("bye"), false));
                    }
                }
                case 8, 9 -> see(one);
                case 10 -> {
                    if (random.nextInt(3) == 0) {
                        wipe();
                    }
                }
                default -> deliver();
            }
        }

        private void grant(Owned one) {
            LeaseId lease = new LeaseId(nextLease++);
            alive.add(lease);
            one.leases.add(lease);
            one.lease = lease;
            tell(one, new ClaimEvent.Offered(lease));
        }

        private void expire(Owned one) {
            LeaseId lease = one.lease;
            if (alive.remove(lease)) {
                if (stored != null && stored.lease().equals(lease)) {
                    change(null);
                }
                one.lease = LeaseId.NONE;
                tell(one, new ClaimEvent.Forfeited(lease));
            }
        }

        /** The store begins anew, and nobody knows it yet. What was sent to the one before may arrive at this one. */
        private void wipe() {
            stored = null;
            revision = 1;
            alive.clear();
            for (Owned one : owners) {
                one.watch.clear();
                one.isBehind = true;
            }
        }

        /** A watch tells that the store went back, and a renewal that the lease is gone. */
        private void hearOfWipe(Owned one) {
            if (one.isBehind) {
                one.isBehind = false;
                one.watch.clear();
                tell(one, new ClaimEvent.WentBack());
                if (!alive.contains(one.lease)) {
                    LeaseId lease = one.lease;
                    one.lease = LeaseId.NONE;
                    tell(one, new ClaimEvent.Forfeited(lease));
                }
            }
        }

        /** Somebody without a lease deletes the key, or writes it. */
        private void meddle() {
            if (random.nextBoolean()) {
                if (stored != null) {
                    change(null);
                }
            } else {
                change(new Stored(0, 0, LeaseId.NONE, Bytes.utf8("graffiti")));
            }
        }

        private void change(@Nullable Stored to) {
            revision++;
            long create = stored == null ? revision : stored.create();
            stored = to == null ? null : new Stored(create, revision, to.lease(), to.value());
            owners.forEach(one -> one.watch.add(sight(one)));
        }

        private Sighting sight(Owned one) {
            if (stored == null) {
                return Sighting.nothing(revision);
            }
            Owner owner = one.leases.contains(stored.lease()) ? Owner.US : Owner.OTHER;
            return new Sighting(owner, revision, stored.mod(), stored.lease(), stored.value());
        }

        private void see(Owned one) {
            hearOfWipe(one);
            Sighting next = one.watch.poll();
            if (next != null) {
                tell(one, new ClaimEvent.Seen(next));
            }
        }

        private void tell(Owned one, ClaimEvent event) {
            KeyClaim.Step step = one.claim.step(event, now);
            one.claim = step.state();
            for (ClaimAction action : step.actions()) {
                if (action instanceof ClaimAction.Put
                        || action instanceof ClaimAction.Delete
                        || action instanceof ClaimAction.Read) {
                    assertThat(one.waiting)
                            .as("seed %d: one call at a time", seed)
                            .isFalse();
                    one.waiting = true;
                    onTheWay.add(new Call(action, one, false));
                }
            }
        }

        /** Some call arrives, in whatever order; its answer may be lost, or it may be declared dead first and arrive later. */
        private void deliver() {
            if (onTheWay.isEmpty()) {
                return;
            }
            Call call = onTheWay.remove(random.nextInt(onTheWay.size()));
            int fate = call.answered() ? 0 : random.nextInt(8);
            if (fate == 0 && !call.answered()) {
                answer(call, new ClaimEvent.Failed());
            } else if (fate == 1) {
                onTheWay.add(new Call(call.action(), call.sender(), true));
                answer(call, new ClaimEvent.Unanswered());
            } else {
                ClaimEvent said = apply(call);
                if (!call.answered()) {
                    answer(call, fate == 2 ? new ClaimEvent.Unanswered() : said);
                }
            }
        }

        private void answer(Call call, ClaimEvent event) {
            call.sender().waiting = false;
            tell(call.sender(), event);
        }

        private ClaimEvent apply(Call call) {
            Owned sender = call.sender();
            Standing there =
                    stored == null ? Standing.NOTHING : Standing.of(stored.mod(), stored.lease(), stored.value());
            if (call.action() instanceof ClaimAction.Put put && put.expected().equals(there)) {
                if (!alive.contains(put.lease())) {
                    return new ClaimEvent.NoLease();
                }
                touch(sender);
                change(new Stored(0, 0, put.lease(), put.value()));
                return new ClaimEvent.Written(revision);
            } else if (call.action() instanceof ClaimAction.Delete delete
                    && delete.expected().equals(there)) {
                touch(sender);
                if (stored != null) {
                    change(null);
                }
                return new ClaimEvent.Deleted(revision);
            }
            return new ClaimEvent.Found(sight(sender));
        }

        private void touch(Owned sender) {
            if (stored != null && !stored.lease().isNone()) {
                assertThat(sender.leases)
                        .as("seed %d: %s changes a key of its own", seed, sender.name)
                        .contains(stored.lease());
            }
        }

        /** The graffiti are wiped off, the store works, everybody has a lease, and time goes on. */
        private void settle() {
            if (stored != null && stored.lease().isNone()) {
                change(null);
            }
            for (Owned one : owners) {
                hearOfWipe(one);
                if (one.lease.isNone()) {
                    grant(one);
                } else {
                    tell(one, new ClaimEvent.Offered(one.lease));
                }
            }
            for (int i = 0; i < 200; i++) {
                now += TimeUnit.MILLISECONDS.toNanos(200);
                while (!onTheWay.isEmpty()) {
                    Call call = onTheWay.remove(0);
                    ClaimEvent said = apply(call);
                    if (!call.answered()) {
                        answer(call, said);
                    }
                }
                for (Owned one : owners) {
                    while (!one.watch.isEmpty()) {
                        see(one);
                    }
                    tell(one, new ClaimEvent.RetryDue());
                }
                sweep();
            }
        }

        /** As an audit does: deletes what a late write left under the lease of one who has gone. */
        private void sweep() {
            for (Owned one : owners) {
                if (stored != null && one.claim.phase() == Phase.ENDED && one.leases.contains(stored.lease())) {
                    change(null);
                }
            }
        }

        private void check() {
            List<Owned> stay = owners.stream().filter(one -> !one.left).toList();
            for (Owned one : owners) {
                assertThat(one.claim.phase() == Phase.ENDED)
                        .as("seed %d: %s", seed, one.name)
                        .isEqualTo(one.left);
            }
            List<Owned> holders =
                    stay.stream().filter(one -> one.claim.isSettled()).toList();
            assertThat(holders)
                    .as("seed %d: one has the key, and one only", seed)
                    .hasSize(stay.isEmpty() ? 0 : 1);
            if (stay.isEmpty()) {
                boolean ours = stored != null && !stored.lease().isNone();
                assertThat(ours).as("seed %d: a key of nobody", seed).isFalse();
            } else {
                Owned holder = holders.get(0);
                assertThat(stored).as("seed %d", seed).isNotNull();
                assertThat(stored.value())
                        .as("seed %d: the last value wins", seed)
                        .isEqualTo(holder.wanted);
                assertThat(stored.lease()).as("seed %d: under its lease", seed).isEqualTo(holder.lease);
            }
        }
    }

    @Test
    void anAttackerWhoDeletesTheKeyAllTheTimeCausesOneWriteInASecond() {
        long step = TimeUnit.MILLISECONDS.toNanos(50);
        long seconds = 20;
        LeaseId lease = new LeaseId(1);
        KeyClaim claim = KeyClaim.of(Bytes.utf8("v"), OnConflict.WAIT, OnDelete.RESTORE, 0);
        long revision = 1;
        int writes = 0;
        ArrayDeque<ClaimEvent> events = new ArrayDeque<>(List.of(new ClaimEvent.Offered(lease)));
        for (long now = 0; now < TimeUnit.SECONDS.toNanos(seconds); now += step) {
            events.add(new ClaimEvent.RetryDue());
            events.add(new ClaimEvent.Seen(Sighting.nothing(++revision)));
            while (!events.isEmpty()) {
                KeyClaim.Step next = claim.step(events.remove(), now);
                claim = next.state();
                for (ClaimAction action : next.actions()) {
                    if (action instanceof ClaimAction.Put) {
                        writes++;
                        events.addFirst(new ClaimEvent.Written(++revision));
                    }
                }
            }
        }
        assertThat((long) writes).isBetween(seconds - 1, seconds + 2);
    }
}
