package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {

    private final Store store = new Store(7, 2);

    private Store withInstances(int count) {
        for (int i = 1; i <= count; i++) {
            store.put("a/" + i, "x", 100 + i);
        }
        store.put("b/1", "other", 1);
        return store;
    }

    private static String[] keys(int count) {
        String[] keys = new String[count];
        for (int i = 0; i < count; i++) {
            keys[i] = "a/" + (i + 1);
        }
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,false",
        "2,2,false",
        "3,3,true",
        "4,3,true",
        "5,2,false",
        "6,3,false",
        "6,4,true",
        "10,5,false",
        "10,6,true"
    })
    void expiriesOfThreeOrMoreAndMoreThanHalfAreHeld(int instances, int expiring, boolean held) {
        Rig rig = new Rig().live(withInstances(instances));
        store.delete(keys(expiring));

        rig.catchUp(store);

        assertThat(rig.changes).hasSize(held ? 0 : expiring);
        assertThat(rig.state.content().holds().size()).isEqualTo(held ? expiring : 0);
        assertThat(rig.state.freshness()).isEqualTo(held ? Freshness.GUARDED : Freshness.LIVE);
    }

    @Test
    void expiriesOneByOneAreCountedTogetherWithinALeaseTime() {
        Rig rig = new Rig().live(withInstances(4));
        store.delete("a/1");
        rig.catchUp(store);
        store.delete("a/2");
        rig.pass(Duration.ofSeconds(1)).catchUp(store);
        assertThat(rig.told()).containsExactly("down a/2=x EXPIRED @7".replace("@7", "@" + store.revision));

        store.delete("a/3");
        rig.pass(Duration.ofSeconds(1)).catchUp(store);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.shown()).containsExactly("a/3=x", "a/4=x", "b/1=other");
    }

    @Test
    void expiriesFurtherApartThanALeaseTimeAreBelieved() {
        Rig rig = new Rig().live(withInstances(4));
        for (int i = 1; i <= 4; i++) {
            store.delete("a/" + i);
            rig.pass(Duration.ofSeconds(4)).catchUp(store);
            assertThat(rig.told()).hasSize(1);
        }
    }

    @Test
    void deregistrationsAlwaysPass() {
        Rig rig = new Rig().live(withInstances(4));
        for (int i = 1; i <= 4; i++) {
            store.put("a/" + i, "leaving", 100 + i);
        }
        store.delete(keys(4));

        rig.catchUp(store);

        assertThat(rig.shown()).containsExactly("b/1=other");
    }

    @Test
    void deregistrationsPassAlsoAmongExpiriesThatAreHeld() {
        Rig rig = new Rig().live(withInstances(5));
        store.put("a/5", "leaving", 105);
        store.delete(keys(5));

        rig.catchUp(store);

        assertThat(rig.told())
                .containsExactly("updated a/5=x->leaving", "down a/5=leaving DEREGISTERED @" + store.revision);
        assertThat(rig.state.content().holds().size()).isEqualTo(4);
    }

    @Test
    void whatGoesAlongWithExpiriesIsNotCountedAmongWhatIsLeft() {
        Rig rig = new Rig().live(withInstances(6));
        store.put("a/4", "leaving", 104);
        store.put("a/5", "x", 0);
        store.put("a/6", "x", 0);
        rig.catchUp(store);
        store.delete(keys(6));

        rig.catchUp(store);

        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=x", "a/3=x", "b/1=other");
        assertThat(rig.state.content().holds().size()).isEqualTo(3);
    }

    @Test
    void keysWithoutALeaseCannotHaveExpired() {
        for (int i = 1; i <= 4; i++) {
            store.put("a/" + i, "x", 0);
        }
        Rig rig = new Rig().live(store);
        store.delete(keys(4));

        rig.catchUp(store);

        assertThat(rig.told()).hasSize(4).allMatch(told -> told.contains("UNKNOWN"));
    }

    @Test
    void aHoldEndsAfterALeaseTimeAndFiveSeconds() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        long gone = store.revision;

        assertThat(rig.quiet(store, Duration.ofMillis(7_999)).told()).isEmpty();
        assertThat(rig.reducer.nanosToNextTick(rig.state, rig.nanos)).isEqualTo(1_000_000L);
        rig.pass(Duration.ofMillis(1));

        assertThat(rig.told())
                .containsExactly(
                        "down a/1=x EXPIRED @" + gone, "down a/2=x EXPIRED @" + gone, "down a/3=x EXPIRED @" + gone);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
    }

    @Test
    void whoReturnsDuringAHoldWasNeverGone() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        store.put("a/1", "x", 201);
        store.put("a/2", "changed", 202);

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("updated a/2=x->changed");
        assertThat(rig.quiet(store, Duration.ofSeconds(8)).told()).hasSize(1);
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=changed", "b/1=other");
    }

    @Test
    void anEmptyStoreAfterAWipeShowsNobodyAsDownUntilTheHoldEnds() {
        Rig rig = new Rig().live(withInstances(2));
        Store wiped = new Store(7, 2);
        rig.reconnected(wiped).listed(wiped).created(wiped, false).recalled(wiped);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=x", "b/1=other");
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
        wiped.put("a/2", "x", 300);
        rig.pass(Duration.ofSeconds(2)).catchUp(wiped);
        assertThat(rig.told()).isEmpty();

        rig.pass(Duration.ofSeconds(6));

        assertThat(rig.told()).containsExactly("down a/1=x UNKNOWN @1", "down b/1=other UNKNOWN @1");
        assertThat(rig.shown()).containsExactly("a/2=x");
    }

    @Test
    void aStoreThatIsWipedAgainGivesThoseWhoAreHeldTheirWholeTimeAgain() {
        Rig rig = new Rig().live(withInstances(2));
        Store wiped = new Store(7, 2);
        rig.reconnected(wiped).listed(wiped).created(wiped, false).recalled(wiped);
        wiped.put("a/2", "x", 300);
        rig.pass(Duration.ofSeconds(5)).catchUp(wiped);
        Store again = new Store(7, 2);
        rig.reconnected(again).listed(again).created(again, false).recalled(again);
        assertThat(rig.state.content().epoch()).isEqualTo(3);

        assertThat(rig.quiet(again, Duration.ofMillis(7_999)).told()).isEmpty();
        assertThat(rig.pass(Duration.ofMillis(1)).told())
                .containsExactly("down a/1=x UNKNOWN @1", "down a/2=x UNKNOWN @1", "down b/1=other UNKNOWN @1");
    }

    @Test
    void aStoreThatIsWipedAgainAndAgainProlongsAHoldToThreeTimesItsLengthAtMost() {
        Rig rig = new Rig().live(withInstances(2));
        Store wiped = new Store(7, 2);
        rig.reconnected(wiped).listed(wiped).created(wiped, false).recalled(wiped);
        for (int i = 0; i < 3; i++) {
            wiped.put("a/2", "x", 300 + i);
            rig.pass(Duration.ofSeconds(7)).catchUp(wiped);
            wiped = new Store(7, 2);
            rig.reconnected(wiped).listed(wiped).created(wiped, false).recalled(wiped);
        }

        assertThat(rig.quiet(wiped, Duration.ofMillis(2_999)).told()).isEmpty();
        assertThat(rig.pass(Duration.ofMillis(1)).told())
                .containsExactly("down a/1=x UNKNOWN @1", "down b/1=other UNKNOWN @1");
    }

    @Test
    void aStoreThatIsAwayEndsNoHold() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store).broken();
        assertThat(rig.pass(Duration.ofHours(1)).told()).isEmpty();
        assertThat(rig.reducer.nanosToNextTick(rig.state, rig.nanos)).isEqualTo(Long.MAX_VALUE);

        rig.created(store, true).recalled(store);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.quiet(store, Duration.ofSeconds(7)).told()).isEmpty();
        assertThat(rig.pass(Duration.ofSeconds(1)).told()).hasSize(3);
    }

    @Test
    void withoutTheGuardEveryLossIsShownAtOnce() {
        Rig rig = new Rig(new GuardRules(false, Rig.LEASE, Rig.HOLD, 0)).live(withInstances(3));
        Store wiped = new Store(7, 2);

        rig.reconnected(wiped).listed(wiped);

        assertThat(rig.shown()).isEmpty();
        assertThat(rig.told()).hasSize(5).startsWith("resynced WENT_BACK 2 @1");
    }

    @Test
    void aGraceWaitsForTheOwnerOfASingleExpiry() {
        Rig rig = new Rig(new GuardRules(
                        true, Rig.LEASE, Rig.HOLD, Duration.ofSeconds(2).toNanos()))
                .live(withInstances(5));
        store.delete("a/1", "a/2");
        rig.catchUp(store);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        store.put("a/1", "x", 301);
        rig.pass(Duration.ofSeconds(1)).catchUp(store);

        rig.pass(Duration.ofSeconds(1));

        assertThat(rig.told()).hasSize(1).first().asString().startsWith("down a/2=x EXPIRED");
    }

    @Test
    void aMassLossFoundAfterACompactionIsHeldToo() {
        Rig rig = new Rig().live(withInstances(4));
        store.delete(keys(4));
        rig.send(new ViewEvent.Compacted());

        rig.listed(store);

        assertThat(rig.shown()).hasSize(5);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
    }

    @Test
    void whoReturnsAndGoesAgainWithinOneBatchIsHeldToo() {
        Rig rig = new Rig().live(withInstances(4));
        store.delete(keys(4));
        rig.catchUp(store);
        for (int i = 1; i <= 4; i++) {
            store.put("a/" + i, "x", 200 + i);
        }
        store.delete(keys(4));

        rig.catchUp(store);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.content().holds().size()).isEqualTo(4);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.GUARDED);
    }

    @Test
    void whoExpiresReturnsAndDeregistersWithinOneBatchIsNotHeld() {
        Rig rig = new Rig().live(withInstances(4));
        store.delete(keys(4));
        store.put("a/1", "x", 201);
        store.put("a/1", "leaving", 201);
        store.delete("a/1");

        rig.catchUp(store);

        assertThat(rig.told()).endsWith("down a/1=leaving DEREGISTERED @" + store.revision);
        assertThat(rig.state.content().holds().size()).isEqualTo(3);
    }

    @Test
    void whatReturnsInTheSameBatchIsNotCountedAmongTheLost() {
        Rig rig = new Rig().live(withInstances(4));
        store.delete("a/1", "a/2", "a/3");
        rig.catchUp(store);
        store.put("a/1", "x", 201);
        store.put("a/2", "x", 202);
        store.put("a/3", "x", 203);
        store.delete("a/4");

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("down a/4=x EXPIRED @" + store.revision);
    }

    /** A stopped process goes on: its timers are due, and what the store said meanwhile is not read yet. */
    @Test
    void aProcessThatStoodStillOverTheEndOfAHoldWaitsAnew() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        rig.quiet(store, Duration.ofSeconds(5));
        assertThat(rig.pass(Duration.ofSeconds(5)).told()).isEmpty();
        store.put("a/1", "x", 201);
        assertThat(rig.catchUp(store).told()).isEmpty();

        assertThat(rig.quiet(store, Duration.ofSeconds(5)).told()).isEmpty();
        assertThat(rig.pass(Duration.ofSeconds(3)).told()).hasSize(2);
    }

    @Test
    void aHoldDoesNotEndWhileTheStoreDoesNotAnswer() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        rig.pass(Duration.ofMillis(7_500));
        assertThat(rig.actions).hasAtLeastOneElementOfType(ViewAction.Audit.class);

        assertThat(rig.pass(Duration.ofMillis(500)).told()).isEmpty();
        assertThat(rig.reducer.nanosToNextTick(rig.state, rig.nanos)).isPositive();
        assertThat(rig.pass(Duration.ofMillis(500)).audited(store).told()).hasSize(3);
    }

    private void flap(Rig rig, Duration away) {
        rig.broken().pass(away).created(store, true).recalled(store);
    }

    @Test
    void aStoreThatIsAwayAgainAndAgainProlongsAHoldToThreeTimesItsLengthAtMost() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        int flaps = 0;
        while (rig.quiet(store, Duration.ofMillis(3_500)).shown().size() > 1 && flaps < 20) {
            flap(rig, Duration.ofMillis(1_500));
            flaps++;
        }

        // Of each 5 s the store is there for 3.5: 24 s of it are over within the seventh time.
        assertThat(rig.shown()).containsExactly("b/1=other");
        assertThat(flaps).isEqualTo(6);
    }

    @Test
    void aHoldThatWasProlongedToTheBoundEndsThereThoughTheStoreDoesNotAnswer() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        for (int seconds : new int[] {7, 7, 2}) {
            rig.quiet(store, Duration.ofSeconds(seconds));
            flap(rig, Duration.ofMillis(1_500));
        }
        assertThat(rig.pass(Duration.ofMillis(7_500)).told()).isEmpty();
        assertThat(rig.actions).hasAtLeastOneElementOfType(ViewAction.Audit.class);

        assertThat(rig.reducer.nanosToNextTick(rig.state, rig.nanos)).isEqualTo(500_000_000L);
        assertThat(rig.pass(Duration.ofMillis(500)).told()).hasSize(3);
    }

    /** The end of the hold, and each end of the whole time anew, lies between a question and its answer. */
    @Test
    void aHoldEndsThoughEachAuditTakesThreeSeconds() {
        GuardRules rules =
                new GuardRules(true, Rig.LEASE, Duration.ofSeconds(13).toNanos(), 0);
        Rig rig = new Rig(rules).live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store).pass(Duration.ofSeconds(5)).send(new ViewEvent.Progress(store.header()));

        assertThat(secondsOfAHold(rig, Duration.ofSeconds(3))).isEqualTo(39 - 5);
    }

    /** By the time an answer comes it is too old for any hold to end by time alone: the second one was asked after the end. */
    @Test
    void anAuditThatWasAskedAfterTheEndOfAHoldEndsItHoweverLongItTook() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);

        assertThat(secondsOfAHold(rig, Duration.ofMillis(7_500))).isEqualTo(22.5);
    }

    /** How long what is held stays where the stream is silent and each audit takes a time; 200 for as long or longer. */
    private double secondsOfAHold(Rig rig, Duration answer) {
        long begun = rig.nanos;
        Moment asked = rig.moment();
        double seconds = 0;
        while (rig.shown().size() > 1 && seconds < 200) {
            rig.pass(Duration.ofMillis(500));
            boolean awaited = rig.state.audit().stage() == AuditState.Stage.ASKED;
            if (awaited && rig.nanos - rig.state.audit().askedAt() == answer.toNanos()) {
                rig.send(store.audit(rig.audit), asked);
            }
            if (rig.state.audit().askedAt() == rig.nanos) {
                asked = rig.moment();
            }
            seconds = (rig.nanos - begun) / 1e9;
        }
        return seconds;
    }

    /** However long nobody knew anything, its end is not the end of the hold: the owners have yet to return. */
    @Test
    void anHourInWhichNothingIsHeardDoesNotCountAgainstWhoIsHeld() {
        Rig rig = new Rig().live(withInstances(3));
        store.delete(keys(3));
        rig.catchUp(store);
        rig.quiet(store, Duration.ofSeconds(7));
        rig.nanos += Duration.ofHours(1).toNanos();
        store.put("a/1", "x", 201);

        assertThat(rig.catchUp(store).told()).isEmpty();
        assertThat(rig.quiet(store, Duration.ofSeconds(7)).told()).isEmpty();
        assertThat(rig.quiet(store, Duration.ofSeconds(1)).told()).hasSize(2);
    }

    @Test
    void whatAnAbsenceBringsIsHeldFromThenOnAndNoLonger() {
        Rig rig = new Rig().live(withInstances(3));
        rig.broken().pass(Duration.ofHours(1));
        Store wiped = new Store(7, 2);

        rig.created(wiped, true).recalled(wiped).listed(wiped);

        assertThat(rig.state.content().holds().values())
                .hasSize(4)
                .allMatch(hold -> hold.deadline() == rig.nanos + Rig.HOLD && hold.latest() == rig.nanos + 3 * Rig.HOLD);
    }
}
