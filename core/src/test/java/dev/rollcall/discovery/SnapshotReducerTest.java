package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.WatchBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SnapshotReducerTest {

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    SnapshotReducerTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
    }

    private static ViewAction readAgain(long ticket, long knownAt) {
        return new ViewAction.ReadAll(ticket, new ViewAction.Recall(ticket, knownAt, knownAt));
    }

    @Test
    void startingReadsTheWholeRange() {
        rig.send(new ViewEvent.Started());

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.actions).containsExactly(new ViewAction.ReadAll(1, null));
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);
        assertThat(rig.state.known()).isFalse();
    }

    @Test
    void theListIsShownAndWatchedFromTheNextRevisionOn() {
        rig.send(new ViewEvent.Started());
        rig.listed(store);

        assertThat(rig.phase()).isEqualTo(Phase.OPENING);
        assertThat(rig.actions).containsExactly(new ViewAction.OpenWatch(4));
        assertThat(rig.told()).containsExactly("up a/1=x", "up a/2=y");
        assertThat(rig.state.content().epoch()).isEqualTo(1);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.LIVE);
    }

    @Test
    void anAnswerToAnOlderQuestionDoesNotCount() {
        rig.send(new ViewEvent.Started());
        rig.send(new ViewEvent.Listed(0, store.header(), store.list(), null));

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.shown()).isEmpty();
    }

    @Test
    void aBatchIsShownAtItsLastRevision() {
        rig.live(store);
        store.put("a/3", "z", 13);
        store.put("a/1", "xx", 11);
        store.delete("a/2");

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("up a/3=z", "updated a/1=x->xx", "down a/2=y EXPIRED @6");
        assertThat(rig.shown()).containsExactly("a/1=xx", "a/3=z");
        assertThat(rig.state.content().revision()).isEqualTo(6);
    }

    @Test
    void whatWasDeliveredBeforeIsLeftOut() {
        rig.live(store);
        store.put("a/3", "z", 13);
        rig.catchUp(store);

        rig.send(new ViewEvent.Changed(Objects.requireNonNull(store.batch(2, 3))));

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.content().revision()).isEqualTo(4);
    }

    @Test
    void aKeyThatWentAndCameBackIsTwoIncarnations() {
        rig.live(store);
        store.delete("a/1");
        store.put("a/1", "x", 21);

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("down a/1=x EXPIRED @4", "up a/1=x");
    }

    @Test
    void theMoveOfAKeyToAnotherLeaseIsNotTold() {
        rig.live(store);
        store.put("a/1", "x", 99);

        rig.catchUp(store);

        assertThat(rig.told()).isEmpty();
        assertThat(Objects.requireNonNull(rig.state
                                .content()
                                .shown()
                                .get(store.list().get(0).key()))
                        .lease()
                        .value())
                .isEqualTo(99);
    }

    @Test
    void whoSaidItWasLeavingIsDeregistered() {
        rig.live(store);
        store.put("a/1", "leaving", 11);
        store.delete("a/1");

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("updated a/1=x->leaving", "down a/1=leaving DEREGISTERED @5");
    }

    @Test
    void whatAListFindsIsToldInTheOrderInWhichItHappened() {
        rig.live(store);
        store.put("a/9", "w", 13);
        store.put("a/2", "yy", 12);
        store.delete("a/1");
        store.put("a/0", "v", 14);
        store.put("a/1", "x", 21);

        rig.send(new ViewEvent.Compacted());
        rig.listed(store);

        assertThat(rig.told())
                .containsExactly(
                        "resynced MISSED 1 @8",
                        "up a/9=w",
                        "updated a/2=y->yy",
                        "up a/0=v",
                        "down a/1=x UNKNOWN @8",
                        "up a/1=x");
        assertThat(rig.shown()).containsExactly("a/0=v", "a/1=x", "a/2=yy", "a/9=w");
    }

    @Test
    void anInterruptionMakesTheViewStaleAndChangesNothing() {
        rig.live(store).broken();

        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);
        assertThat(rig.pass(Duration.ofHours(1)).shown()).containsExactly("a/1=x", "a/2=y");
        assertThat(rig.told()).isEmpty();
    }

    @Test
    void afterABreakContinuityIsProvenByOneReadAtTheLastRevision() {
        rig.live(store).broken();
        store.put("a/3", "z", 13);
        rig.created(store, true);

        assertThat(rig.phase()).isEqualTo(Phase.PROVING);
        assertThat(rig.actions).containsExactly(new ViewAction.Recall(4, 3, 0));

        rig.recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.actions).isEmpty();
    }

    /** A lease that a restored store brings back, and a write that is repeated with another value, give the same numbers. */
    @Test
    void aWriteThatWasRepeatedWithAnotherValueInARestoredStoreIsNoticed() {
        rig.live(store);
        Store restored = store.restoredTo(2, 2);
        restored.put("a/2", "other", 12);

        rig.reconnected(restored);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        rig.listed(restored);
        assertThat(rig.told()).containsExactly("resynced HISTORY_DIFFERS 2 @3", "updated a/2=y->other");
    }

    @Test
    void batchesWaitForTheProof() {
        rig.live(store).broken().created(store, true);
        store.put("a/3", "z", 13);
        rig.catchUp(store);
        assertThat(rig.told()).isEmpty();

        rig.recalled(store);

        assertThat(rig.told()).containsExactly("up a/3=z");
    }

    @Test
    void waitingBatchesOfAStoreThatIsAnotherAreNeverShown() {
        rig.live(store).broken();
        Store other = new Store(7, 2);
        other.tickOver(10);
        rig.created(other, true);
        other.put("a/9", "other", 31);
        rig.send(new ViewEvent.Changed(Objects.requireNonNull(other.batch(4, 9))));

        rig.recalled(other);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
        rig.listed(other);
        assertThat(rig.told()).containsExactly("resynced HISTORY_DIFFERS 2 @12", "up a/9=other");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y", "a/9=other");
    }

    @Test
    void aBreakDuringTheProofCostsAListWhereBatchesWaited() {
        rig.live(store).broken().created(store, true);
        store.put("a/3", "z", 13);
        rig.catchUp(store);
        rig.broken();
        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);

        rig.created(store, true).recalled(store);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        rig.listed(store);
        assertThat(rig.told()).containsExactly("resynced MISSED 1 @4", "up a/3=z");
    }

    @Test
    void aBreakDuringTheProofCostsNothingWhereNoneWaited() {
        rig.live(store).broken().created(store, true);
        rig.broken().recalled(store);
        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);

        rig.created(store, true).recalled(store);

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void tooManyWaitingBatchesAreDroppedAndReadAnew() {
        rig.live(store).broken().created(store, true);
        for (long bytes = 0; bytes < Backlog.MOST_BYTES; bytes += 1 << 20) {
            assertThat(rig.state.waiting().isEmpty()).isEqualTo(bytes == 0);
            store.put("a/3", "z".repeat(1 << 20), 13);
            rig.send(new ViewEvent.Changed(Objects.requireNonNull(store.batch(store.revision, 1))));
        }
        assertThat(rig.state.waiting().isEmpty()).isTrue();

        rig.recalled(store);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(store).told()).startsWith("resynced MISSED 1 @" + store.revision);
    }

    @Test
    void aRevisionNotReachedYetIsAStoreThatWentBack() {
        rig.live(store).broken();
        Store wiped = new Store(7, 2);
        rig.created(wiped, true).recalled(wiped);

        assertThat(rig.actions).contains(new ViewAction.CloseWatch());
        rig.listed(wiped);
        assertThat(rig.told()).containsExactly("resynced WENT_BACK 2 @1");
    }

    @Test
    void aTermThatFellIsAStoreThatWentBack() {
        rig.live(store).broken();
        rig.created(store, true);
        rig.recalled(store, new Header(7, 1, 3, 1));

        rig.listed(new Header(7, 1, 3, 1), store.list());

        assertThat(rig.told()).containsExactly("resynced WENT_BACK 2 @3");
        assertThat(rig.state.term()).isEqualTo(1);
    }

    @Test
    void whatTheClientConfirmedAsGoneBackIsANewEpochAtOnce() {
        rig.live(store);
        Store wiped = new Store(7, 2);
        rig.send(new ViewEvent.WentBack(wiped.header()));

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(wiped).told()).containsExactly("resynced WENT_BACK 2 @1");
    }

    @Test
    void aLaggingMemberIsNoNewEpoch() {
        store.tickOver(10);
        rig.live(store).broken();
        rig.send(new ViewEvent.Created(new Header(7, 2, 5, 2), true));
        rig.recalled(store);

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.state.content().epoch()).isEqualTo(1);
    }

    @Test
    void afterACompactionOnlyTheDifferenceIsTold() {
        store.put("a/3", "z", 13);
        store.put("a/4", "w", 14);
        rig.live(store);
        store.delete("a/1");
        store.put("a/2", "yy", 12);
        store.put("a/5", "new", 15);
        store.delete("a/4");
        store.put("a/4", "w", 24);
        rig.send(new ViewEvent.Compacted());
        assertThat(rig.actions).containsExactly(new ViewAction.CloseWatch(), readAgain(3, 5));

        rig.listed(store);

        assertThat(rig.told())
                .containsExactly(
                        "resynced MISSED 1 @10",
                        "down a/1=x UNKNOWN @10",
                        "updated a/2=y->yy",
                        "up a/5=new",
                        "down a/4=w UNKNOWN @10",
                        "up a/4=w");
        assertThat(rig.state.content().epoch()).isEqualTo(1);
    }

    @Test
    void whoWasLeavingBeforeACompactionIsDeregistered() {
        store.put("a/1", "leaving", 11);
        rig.live(store);
        store.delete("a/1");
        rig.send(new ViewEvent.Compacted());

        assertThat(rig.listed(store).told())
                .containsExactly("resynced MISSED 1 @5", "down a/1=leaving DEREGISTERED @5");
    }

    @Test
    void aProofThatWasCompactedAwayIsReadAnewWithoutANewEpoch() {
        rig.live(store).broken();
        store.put("a/1", "xx", 11);
        store.compacted = 4;
        rig.created(store, true).recalled(store);

        assertThat(rig.listed(store).told()).containsExactly("resynced MISSED 1 @4", "updated a/1=x->xx");
    }

    @Test
    void aListThatCannotHaveGrownOutOfTheViewIsANewEpoch() {
        rig.live(store);
        rig.send(new ViewEvent.Compacted());
        Store other = new Store(7, 2);
        other.put("a/1", "x", 51);
        other.tickOver(50);

        assertThat(rig.listed(other).told()).containsExactly("resynced HISTORY_DIFFERS 2 @52");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
    }

    @Test
    void anotherClusterIsANewEpochOnlyWhereTheOldOneIsGone() {
        rig.live(store).broken();
        Store other = new Store(8, 2);
        rig.created(other, true);
        assertThat(rig.phase()).isEqualTo(Phase.DOUBTING);
        assertThat(rig.actions).containsExactly(new ViewAction.CloseWatch(), new ViewAction.AskClusters(4, 7));

        rig.send(new ViewEvent.ClusterAnswered(4, false));
        rig.listed(other);

        assertThat(rig.told()).containsExactly("resynced OTHER_CLUSTER 2 @1");
        assertThat(rig.state.cluster()).isEqualTo(8);
    }

    @Test
    void aStrangerAmongTheEndpointsIsNotBelieved() {
        rig.live(store).broken();
        Store stranger = new Store(8, 2);
        rig.created(stranger, true);
        rig.send(new ViewEvent.ClusterAnswered(4, true));
        rig.listed(stranger);
        assertThat(rig.phase()).isEqualTo(Phase.DOUBTING);
        rig.send(new ViewEvent.ClusterAnswered(rig.state.ticket(), true));

        rig.listed(store);

        assertThat(rig.told()).containsExactly("resynced MISSED 1 @3");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
    }

    @Test
    void aStrangerThatAnswersTheProofIsDoubtedToo() {
        rig.live(store).broken().created(store, true);
        rig.recalled(new Store(8, 2).restoredTo(1, 9));
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);

        Rig second = new Rig().live(store).broken().created(store, true);
        Store stranger = new Store(8, 2);
        stranger.tickOver(100);
        second.recalled(stranger);
        assertThat(second.phase()).isEqualTo(Phase.DOUBTING);
    }

    @Test
    void aWatchThatEndsIsReplaced() {
        rig.live(store);
        rig.send(new ViewEvent.WatchEnded());

        assertThat(rig.actions).containsExactly(new ViewAction.CloseWatch(), readAgain(3, 3));
        assertThat(rig.listed(store).told()).containsExactly("resynced WATCH_ENDED 1 @3");
    }

    @Test
    void progressProvesThatTheViewIsRight() {
        rig.live(store);
        rig.nanos += 5_000_000_000L;
        rig.send(new ViewEvent.Progress(store.header()));

        assertThat(rig.state.provenAt().nanos()).isEqualTo(rig.nanos);
    }

    @Test
    void progressOfABrokenStreamProvesNothing() {
        rig.live(store).broken();
        long proven = rig.state.provenAt().nanos();
        rig.nanos += 5_000_000_000L;
        rig.send(new ViewEvent.Progress(store.header()));

        assertThat(rig.state.provenAt().nanos()).isEqualTo(proven);
        assertThat(rig.state.freshness()).isEqualTo(Freshness.STALE);
    }

    @Test
    void aValueThatCannotBeReadTouchesItsKeyOnly() {
        rig.live(store);
        store.write(Map.of("a/1", "bad"), 11);
        store.write(Map.of("a/7", "explodes"), 11);
        store.put("a/3", "z", 13);

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("up a/3=z");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y", "a/3=z");
        assertThat(rig.state.content().quarantined().values())
                .extracting(QuarantinedKey::reason)
                .containsExactly(
                        "it is bad", "the reader failed: java.lang.IllegalStateException: a reader that fails");
    }

    @Test
    void aValueThatWasMendedComesOutOfQuarantine() {
        store.put("a/3", "bad", 13);
        rig.live(store);
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
        store.put("a/3", "good", 13);

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("up a/3=good");
        assertThat(rig.state.content().quarantined().isEmpty()).isTrue();
    }

    @Test
    void aQuarantinedKeyThatGoesIsForgotten() {
        store.put("a/3", "bad", 13);
        rig.live(store);
        store.delete("a/3");

        rig.catchUp(store);

        assertThat(rig.told()).isEmpty();
        assertThat(rig.state.content().quarantined().isEmpty()).isTrue();
    }

    @Test
    void eventsBeforeTheStartOrOfNoWatchChangeNothing() {
        WatchBatch batch = Objects.requireNonNull(store.batch(2, 9));
        for (ViewEvent event : List.of(
                new ViewEvent.Changed(batch),
                new ViewEvent.Created(store.header(), true),
                new ViewEvent.Interrupted(),
                new ViewEvent.Compacted(),
                new ViewEvent.WatchEnded(),
                new ViewEvent.WentBack(store.header()),
                new ViewEvent.Recalled(rig.recall, store.header(), List.of(), 0),
                new ViewEvent.NotRecalled(0, true),
                new ViewEvent.ClusterAnswered(0, false),
                new ViewEvent.Progress(store.header()))) {
            rig.send(event);
            assertThat(rig.phase()).as("after %s", event).isEqualTo(Phase.IDLE);
            assertThat(rig.actions).isEmpty();
        }
    }
}
