package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A range that is read again, because its watch ended or was wrong, while the store loses its history and passes all that the view has heard of. */
class ReadAgainTest {

    private final Store store = new Store(7, 2);
    private final Store wiped = new Store(7, 2);
    private final Rig rig = new Rig();

    ReadAgainTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
        rig.live(store);
        wiped.tickOver(50);
    }

    /** What makes a live view read again. */
    private void becauseOf(ResyncCause cause) {
        switch (cause) {
            case MISSED -> rig.send(new ViewEvent.Compacted());
            case WATCH_ENDED -> rig.send(new ViewEvent.WatchEnded());
            case AUDIT -> {
                store.put("a/9", "unseen", 19);
                audit();
            }
            case MISFIT -> toldOfDeletion("a/7", store.revision + 1);
            default -> throw new AssertionError(cause);
        }
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
    }

    private void audit() {
        rig.nanos += Duration.ofSeconds(60).toNanos();
        rig.send(new ViewEvent.AuditDue());
        rig.audited(store);
        rig.send(new ViewEvent.Progress(store.header()));
    }

    private void toldOfDeletion(String key, long revision) {
        WatchEvent deletion = Store.deletion(Bytes.utf8(key), revision);
        rig.send(new ViewEvent.Changed(new WatchBatch(store.header(), List.of(deletion))));
    }

    @ParameterizedTest
    @EnumSource(names = {"MISSED", "WATCH_ENDED", "AUDIT", "MISFIT"})
    void aStoreThatWasWipedMeanwhileIsANewEpochAndTakesNobodyDown(ResyncCause cause) {
        becauseOf(cause);

        rig.listed(wiped);
        assertThat(rig.told()).isEmpty();
        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.actions)
                .containsExactly(new ViewAction.CloseWatch(), new ViewAction.ReadAll(rig.state.ticket(), null));

        assertThat(rig.listed(wiped).told()).containsExactly("resynced HISTORY_DIFFERS 2 @51");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
    }

    @ParameterizedTest
    @EnumSource(names = {"MISSED", "WATCH_ENDED", "AUDIT", "MISFIT"})
    void aStoreThatIsTheOneItWasIsNoNewEpoch(ResyncCause cause) {
        becauseOf(cause);
        store.put("a/1", "more", 11);

        rig.listed(store);

        assertThat(rig.told()).first().isEqualTo("resynced " + cause + " 1 @" + store.revision);
        assertThat(rig.told()).contains("updated a/1=x->more");
        assertThat(rig.phase()).isEqualTo(Phase.OPENING);
    }

    @Test
    void aListThatWasReadJustBeforeTheStoreWasWipedIsNotOfTheNewEpoch() {
        becauseOf(ResyncCause.WATCH_ENDED);
        store.put("a/3", "z", 13);

        rig.listed(store, wiped);
        assertThat(rig.told()).isEmpty();

        assertThat(rig.listed(wiped).told()).containsExactly("resynced HISTORY_DIFFERS 2 @51");
    }

    @Test
    void aPastThatIsNotReachedYetWentBack() {
        becauseOf(ResyncCause.WATCH_ENDED);
        Store empty = new Store(7, 2);

        rig.listed(store, empty);
        assertThat(rig.told()).isEmpty();

        assertThat(rig.listed(empty).told()).containsExactly("resynced WENT_BACK 2 @1");
    }

    @Test
    void anAnswerForThePastBelowTheListWentBack() {
        becauseOf(ResyncCause.WATCH_ENDED);
        Store restored = store.restoredTo(3, 2);
        store.put("a/3", "lost", 13);

        rig.listed(store, restored);
        assertThat(rig.told()).isEmpty();

        assertThat(rig.listed(restored).told()).containsExactly("resynced WENT_BACK 2 @3");
    }

    @Test
    void aPastOfALowerTermThanTheListWentBack() {
        becauseOf(ResyncCause.WATCH_ENDED);
        Store later = store.restoredTo(3, 4);

        rig.listed(later, store);
        assertThat(rig.told()).isEmpty();

        assertThat(rig.listed(store).told()).containsExactly("resynced WENT_BACK 2 @3");
    }

    @Test
    void aPastThatIsCompactedAwayTellsNothing() {
        becauseOf(ResyncCause.MISSED);
        store.put("a/1", "more", 11);
        store.compacted = store.revision;

        assertThat(rig.listed(store).told()).containsExactly("resynced MISSED 1 @4", "updated a/1=x->more");
    }

    @Test
    void anotherClusterThatTellsThePastIsDoubted() {
        Store stranger = new Store(8, 2);
        stranger.tickOver(50);
        becauseOf(ResyncCause.MISFIT);

        assertThat(rig.listed(store, stranger).phase()).isEqualTo(Phase.DOUBTING);
    }

    @Test
    void anotherClusterThatHasNotComeSoFarIsDoubtedToo() {
        Store stranger = new Store(8, 2);
        becauseOf(ResyncCause.WATCH_ENDED);

        assertThat(rig.listed(store, stranger).phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(stranger).phase()).isEqualTo(Phase.DOUBTING);
    }

    @Test
    void whatAStrangerInterruptedIsReadAgainForTheSameCause() {
        becauseOf(ResyncCause.AUDIT);
        rig.listed(new Store(8, 2));
        rig.send(new ViewEvent.ClusterAnswered(rig.state.ticket(), true));

        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @4", "up a/9=unseen");
    }

    /** Others write to the store too, so that the view is mostly of a later revision than its last write. */
    @Test
    void aStoreThatWasRestoredToBeforeTheLastWriteIsANewEpochThoughAChangeWasMissed() {
        store.tickOver(5);
        rig.send(new ViewEvent.Compacted());
        rig.listed(store).created(store, false).recalled(store);
        assertThat(rig.state.content().revision()).isEqualTo(8);
        Store restored = store.restoredTo(2, 2);
        restored.tickOver(50);
        becauseOf(ResyncCause.MISFIT);

        assertThat(rig.listed(restored).told()).isEmpty();
        assertThat(rig.listed(restored).told()).containsExactly("resynced HISTORY_DIFFERS 2 @52");
        assertThat(rig.shown()).containsExactly("a/1=x", "a/2=y");
    }

    @Test
    void theLastWriteIsEnoughOfThePastAfterADeletion() {
        store.delete("a/2");
        rig.catchUp(store);
        becauseOf(ResyncCause.AUDIT);

        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @5", "up a/9=unseen");
    }

    @Test
    void aDeletionThatWasMissedBeforeOneThatWasSeenIsNoOtherPast() {
        store.delete("a/1");
        store.delete("a/2");
        rig.send(new ViewEvent.Changed(Objects.requireNonNull(store.batch(5, 1))));
        assertThat(rig.shown()).containsExactly("a/1=x");
        audit();

        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @5", "down a/1=x UNKNOWN @5");
    }

    @Test
    void aDeletionThatWasToldOfAnotherKeyIsNoOtherPast() {
        store.delete("a/1");
        toldOfDeletion("a/2", 4);
        store.put("a/2", "more", 12);
        rig.catchUp(store);

        assertThat(rig.listed(store).told())
                .containsExactly("resynced MISFIT 1 @5", "down a/1=x UNKNOWN @5", "up a/2=more");
    }

    @Test
    void whereTheLastWriteWasNotThereThePastIsAnother() {
        store.delete("a/2");
        rig.catchUp(store);
        becauseOf(ResyncCause.MISFIT);

        assertThat(rig.listed(wiped).told()).isEmpty();
        assertThat(rig.listed(wiped).told()).containsExactly("resynced HISTORY_DIFFERS 2 @51");
    }

    @Test
    void aViewOfNothingHasNoPast() {
        store.delete("a/1", "a/2");
        rig.catchUp(store);
        becauseOf(ResyncCause.MISFIT);

        assertThat(rig.listed(wiped).told()).containsExactly("resynced MISFIT 1 @51");
    }
}
