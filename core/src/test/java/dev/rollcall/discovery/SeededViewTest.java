package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.KeyRange;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A view that begins with what was on disk. */
class SeededViewTest {

    private static final Instant THEN = Instant.EPOCH;

    private final Store store = new Store(7, 2);
    private Rig rig = new Rig();

    SeededViewTest() {
        for (int i = 1; i <= 4; i++) {
            store.put("a/" + i, "v" + i, 10 + i);
        }
    }

    private static DiskView kept(Store store) {
        return new DiskView(KeyRange.prefix("a/"), store.cluster, store.term, store.revision, THEN, store.list());
    }

    private Rig seeded(Store from) {
        rig.send(
                new ViewEvent.Seeded(kept(from)),
                new Moment(rig.nanos - Duration.ofHours(2).toNanos(), THEN));
        rig.send(new ViewEvent.Started());
        return rig;
    }

    @Test
    void itIsShownAndSaysWhatItIs() {
        seeded(store);

        assertThat(rig.shown()).containsExactly("a/1=v1", "a/2=v2", "a/3=v3", "a/4=v4");
        assertThat(rig.state.freshness()).isEqualTo(Freshness.SEEDED);
        assertThat(rig.state.known()).isFalse();
        assertThat(rig.nanos - rig.state.provenAt().nanos())
                .isEqualTo(Duration.ofHours(2).toNanos());
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        rig.pass(Duration.ofDays(1));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.SEEDED);
    }

    @Test
    void aStoreThatHasNothingNewChangesNothing() {
        seeded(store).listed(store);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        assertThat(rig.state.known()).isTrue();
        assertThat(rig.state.content().epoch()).isEqualTo(1);
        rig.created(store, false).recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void whatTheSameHistoryLacksIsDownAtOnceHoweverMuchItIs() {
        rig = new Rig(new GuardRules(true, Rig.LEASE, Rig.HOLD, Rig.LEASE));
        seeded(store);
        store.delete("a/1", "a/2", "a/3");
        store.put("a/5", "v5", 15);
        store.put("a/4", "other", 14);

        rig.listed(store);

        assertThat(rig.told())
                .containsExactly(
                        "down a/1=v1 UNKNOWN @8",
                        "down a/2=v2 UNKNOWN @8",
                        "down a/3=v3 UNKNOWN @8",
                        "up a/5=v5",
                        "updated a/4=v4->other");
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
    }

    @Test
    void aKeyThatWasMadeAnewIsDownAndUp() {
        seeded(store);
        store.delete("a/1");
        store.put("a/1", "v1", 21);

        assertThat(rig.listed(store).told()).containsExactly("down a/1=v1 UNKNOWN @7", "up a/1=v1");
    }

    @Test
    void whatAWipedStoreLacksIsHeldWhileOwnersReturn() {
        seeded(store);
        Store wiped = new Store(7, 2);
        wiped.put("a/2", "v2", 32);
        wiped.tickOver(50);

        rig.listed(wiped);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
        assertThat(rig.shown()).hasSize(4);
        rig.created(wiped, false).recalled(wiped);
        wiped.put("a/1", "v1", 31);
        rig.catchUp(wiped);
        assertThat(rig.told()).isEmpty();
        rig.quiet(wiped, Duration.ofNanos(Rig.HOLD));
        assertThat(rig.told()).containsExactly("down a/3=v3 UNKNOWN @52", "down a/4=v4 UNKNOWN @52");
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
    }

    @Test
    void anotherClusterOrATermOrRevisionThatFellIsAnotherHistory() {
        Store cluster = new Store(8, 2);
        cluster.tickOver(50);
        Store term = new Store(7, 1);
        term.tickOver(50);
        for (Store other : new Store[] {cluster, term, new Store(7, 2)}) {
            rig = new Rig();
            seeded(store).listed(other);
            assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
            assertThat(rig.state.term()).isEqualTo(other.term);
            rig.created(other, false).recalled(other);
            assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        }
    }

    @Test
    void withoutTheGuardAWipedStoreIsBelievedAtOnce() {
        rig = new Rig(new GuardRules(false, Rig.LEASE, Rig.HOLD, 0));
        seeded(store).listed(new Store(7, 2));

        assertThat(rig.told()).hasSize(4).allMatch(line -> line.startsWith("down"));
    }

    @Test
    void whatComesFromDiskAfterTheStoreDoesNotCount() {
        rig.live(new Store(9, 1));
        rig.send(new ViewEvent.Seeded(kept(store)));

        assertThat(rig.told()).isEmpty();
        assertThat(rig.shown()).isEmpty();
        assertThat(rig.state.cluster()).isEqualTo(9);
    }

    @Test
    void anEmptyViewIsASeedToo() {
        rig.send(new ViewEvent.Seeded(kept(new Store(7, 2))));

        assertThat(rig.state.freshness()).isEqualTo(Freshness.SEEDED);
    }

    @Test
    void whatCannotBeReadIsQuarantined() {
        store.put("a/2", "bad", 12);
        seeded(store);

        assertThat(rig.shown()).containsExactly("a/1=v1", "a/3=v3", "a/4=v4");
        assertThat(rig.state.content().quarantined().size()).isEqualTo(1);
    }
}
