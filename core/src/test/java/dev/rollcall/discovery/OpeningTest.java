package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The moment between a list and the watch after it: is the store that watches the one that was read? */
class OpeningTest {

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    OpeningTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
    }

    private Rig opened() {
        rig.send(new ViewEvent.Started());
        return rig.listed(store);
    }

    @Test
    void aWatchThatIsTakenOnAtOnceIsConfirmedByTheLastWriteAndTheNumberOfKeys() {
        opened().created(store, false);

        assertThat(rig.phase()).isEqualTo(Phase.CONFIRMING);
        assertThat(rig.actions).containsExactly(new ViewAction.Recall(2, 3, 3));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        rig.recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.actions).isEmpty();
    }

    @Test
    void aLastWriteWithoutALeaseConfirmsNothingSoThatAllIsRead() {
        store.put("a/3", "bare", 0);
        opened().created(store, false);

        assertThat(rig.actions).containsExactly(new ViewAction.Recall(2, 4, 0));
    }

    @Test
    void anEmptyRangeIsConfirmedByItsEmptiness() {
        Store empty = new Store(7, 2);
        rig.send(new ViewEvent.Started());
        rig.listed(empty).created(empty, false).recalled(empty);

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void changesWaitForTheConfirmation() {
        opened().created(store, false);
        store.put("a/3", "z", 13);
        rig.catchUp(store);
        assertThat(rig.told()).isEmpty();

        rig.recalled(store);

        assertThat(rig.told()).containsExactly("up a/3=z");
    }

    /** What waited for a proof when the connection broke is not sent again, so that all is read; but not before the past is proven. */
    @Test
    void aStoreThatWasWipedWhileChangesWaitedForAProofIsNoticed() {
        rig.live(store).broken().created(store, true);
        store.put("a/3", "z", 13);
        rig.catchUp(store).broken();
        Store wiped = new Store(7, 2);
        wiped.put("b/1", "x", 51);
        wiped.put("b/2", "y", 52);
        wiped.put("b/3", "late", 53);
        rig.created(wiped, true);

        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
        rig.recalled(wiped).listed(wiped);
        assertThat(rig.told()).first().asString().startsWith("resynced HISTORY_DIFFERS");
    }

    /** A change waits for a proof, and the store says that it has delivered everything up to a later revision. */
    private void changeWaitsThoughAllIsDelivered() {
        rig.live(store).broken().created(store, true);
        store.put("a/3", "z", 13);
        rig.catchUp(store);
        store.tickOver(5);
        rig.send(new ViewEvent.Progress(store.header()));
    }

    /** The store's word that it has delivered everything is no promise for what waited for a proof and was lost with the connection. */
    @Test
    void whatWaitedForAProofAndWasLostIsNoOtherPast() {
        changeWaitsThoughAllIsDelivered();
        rig.broken().created(store, true).recalled(store);

        assertThat(rig.listed(store).told()).containsExactly("resynced MISSED 1 @9", "up a/3=z");
    }

    /** What the store says meanwhile holds once the proof has passed, for the watch goes on after it. */
    @Test
    void whatWasPromisedWhileAChangeWaitedHoldsAfterTheProof() {
        changeWaitsThoughAllIsDelivered();
        rig.recalled(store).broken();
        Store restored = store.restoredTo(5, 2);
        restored.put("a/9", "unseen", 19);
        restored.tickOver(50);
        rig.created(restored, true).recalled(restored);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
    }

    @Test
    void aStoreThatWasWipedAndWrittenPastTheListIsNoticedAndNeverShown() {
        Store wiped = new Store(7, 2);
        wiped.put("a/1", "x", 51);
        wiped.put("a/2", "y", 52);
        wiped.put("a/9", "late", 53);
        opened().created(wiped, false);
        rig.send(new ViewEvent.Changed(Objects.requireNonNull(wiped.batch(4, 9))));
        assertThat(rig.told()).isEmpty();

        rig.recalled(wiped);

        assertThat(rig.actions).contains(new ViewAction.CloseWatch());
        assertThat(rig.listed(wiped).told()).containsExactly("resynced HISTORY_DIFFERS 2 @4", "up a/9=late");
    }

    @Test
    void aStoreThatLostAKeyBetweenIsNoticedByTheNumber() {
        Store wiped = new Store(7, 2);
        wiped.tickOver(1);
        wiped.put("a/2", "y", 12);
        opened().created(wiped, false).recalled(wiped);

        assertThat(rig.listed(wiped).told()).startsWith("resynced HISTORY_DIFFERS 2 @3");
    }

    /** The lease lives on in the restored store, so that the repeated write has the same numbers. */
    @Test
    void aStoreThatWasRestoredAndRepeatedTheLastWriteWithAnotherValueIsNoticed() {
        opened();
        Store restored = store.restoredTo(2, 2);
        restored.put("a/2", "other", 12);
        rig.created(restored, false).recalled(restored);

        assertThat(rig.listed(restored).told())
                .containsExactly("resynced HISTORY_DIFFERS 2 @3", "updated a/2=y->other");
    }

    @Test
    void aWatchThatWasTakenOnInTimeMayBeHeardOfLate() {
        opened();
        Moment inTime = rig.moment();
        rig.nanos += Duration.ofSeconds(2).toNanos();
        rig.send(new ViewEvent.Created(store.header(), false), inTime);
        assertThat(rig.phase()).isEqualTo(Phase.CONFIRMING);

        rig.pass(Duration.ofMillis(999));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
    }

    @Test
    void aConfirmationThatTakesLongLeavesTheViewStaleUntilItComes() {
        opened().created(store, false);
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);

        rig.recalled(store);

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void aBreakBeforeTheConfirmationIsABreak() {
        opened().created(store, false).broken();
        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);
        rig.recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);

        rig.created(store, true);

        assertThat(rig.actions).containsExactly(new ViewAction.Recall(4, 3, 0));
    }

    @Test
    void aWatchThatIsTakenOnLateMustProveTheWhole() {
        opened().pass(Duration.ofSeconds(1));
        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);

        rig.created(store, false);

        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
        assertThat(rig.actions).containsExactly(new ViewAction.Recall(2, 3, 0));
    }

    @Test
    void aTermThatFellBetweenTheListAndItsWatchIsANewEpoch() {
        opened();
        rig.send(new ViewEvent.Created(new Header(7, 1, 3, 1), false));
        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
        rig.recalled(store, new Header(7, 1, 3, 1));

        rig.listed(new Header(7, 1, 3, 1), store.list());

        assertThat(rig.told()).containsExactly("resynced WENT_BACK 2 @3");
    }

    @Test
    void theProofIsOfTheRevisionAfterWhichTheWatchGoesOn() {
        rig.live(store);
        store.tickOver(2);
        Store restored = store.restoredTo(3, 2);
        rig.send(new ViewEvent.Progress(store.header()));
        restored.put("a/3", "never to be delivered", 13);
        restored.tickOver(5);

        rig.broken().created(restored, true);
        assertThat(rig.actions).containsExactly(new ViewAction.Recall(4, 5, 0));
        rig.recalled(restored).listed(restored);

        assertThat(rig.told()).startsWith("resynced HISTORY_DIFFERS 2 @9");
    }

    @Test
    void aPromiseDuringAProofCountsForTheNext() {
        rig.live(store).broken().created(store, true);
        store.tickOver(2);
        rig.send(new ViewEvent.Progress(store.header()));

        rig.broken().created(store, true);

        assertThat(rig.actions).containsExactly(new ViewAction.Recall(6, 5, 0));
    }

    /** A list of very many keys takes longer than the bound to read. */
    @Test
    void whatWasDueBeforeAWatchWasTakenOnInTimeDoesNotMakeItLate() {
        opened();
        Moment inTime = rig.moment();
        rig.nanos += 3 * SnapshotReducer.OPENING_BOUND;
        rig.send(new ViewEvent.AuditDue(), inTime);
        rig.send(new ViewEvent.Tick(), inTime);
        rig.send(new ViewEvent.Created(store.header(), false), inTime);

        assertThat(rig.phase()).isEqualTo(Phase.CONFIRMING);
        rig.recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }
}
