package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ViewState.Phase;
import dev.rollcall.etcd.Header;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {

    private final Store store = new Store(7, 2);
    private final Rig rig = new Rig();

    AuditTest() {
        store.put("a/1", "x", 11);
        store.put("a/2", "y", 12);
        rig.live(store);
    }

    private Rig due() {
        rig.send(new ViewEvent.AuditDue());
        return rig;
    }

    private Rig progress() {
        rig.send(new ViewEvent.Progress(store.header()));
        return rig;
    }

    private ViewEvent events(long from, int revisions) {
        return new ViewEvent.Changed(Objects.requireNonNull(store.batch(from, revisions)));
    }

    /** The server writes, and its watch keeps silent about it. */
    private void unseen(String key, String value) {
        store.put(key, value, 31);
    }

    @Test
    void itAsksForWhatChangedSinceTheViewWasVerified() {
        due();
        assertThat(rig.actions).containsExactly(new ViewAction.Audit(1, 3));
        rig.audited(store);
        assertThat(rig.actions).isEmpty();
        assertThat(rig.state.audit().tally().passed()).isEqualTo(1);
        store.tickOver(5);
        due().audited(store);

        assertThat(due().actions).containsExactly(new ViewAction.Audit(3, 8));
    }

    @Test
    void aDroppedPutIsFoundOnceTheStoreSaysThatItHasDeliveredAll() {
        unseen("a/3", "z");
        due().audited(store);
        assertThat(rig.actions).containsExactly(new ViewAction.AskProgress());
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);

        progress();

        assertThat(rig.actions)
                .containsExactly(
                        new ViewAction.CloseWatch(), new ViewAction.ReadAll(3, new ViewAction.Recall(3, 3, 3)));
        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @4", "up a/3=z");
        assertThat(rig.state.audit().tally().differences()).isEqualTo(1);
        assertThat(rig.state.audit().tally().keys()).isEqualTo(1);
    }

    @Test
    void aDroppedDeletionIsFoundByTheNumberOfKeys() {
        store.delete("a/1");
        due().audited(store);
        progress();

        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @4", "down a/1=x UNKNOWN @4");
        assertThat(rig.state.audit().tally().keys()).isEqualTo(1);
    }

    @Test
    void aDroppedUpdateIsFoundThoughLaterChangesCame() {
        unseen("a/1", "xx");
        store.put("a/2", "yy", 12);
        rig.send(events(5, 1));
        due().audited(store);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(store).told()).containsExactly("resynced AUDIT 1 @5", "updated a/1=x->xx");
        assertThat(rig.state.content().epoch()).isEqualTo(1);
        assertThat(rig.state.audit().tally().keys()).isEqualTo(1);
    }

    @Test
    void eachKeyIsCountedOnceWhateverWasDroppedOfIt() {
        store.put("a/3", "z", 13);
        store.put("a/4", "z", 14);
        rig.catchUp(store);
        due().audited(store);
        store.put("a/5", "seen", 15);
        rig.catchUp(store);
        unseen("a/1", "xx");
        store.delete("a/2", "a/5");
        unseen("a/6", "new");
        due().audited(store);
        progress();

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.state.audit().tally().keys()).isEqualTo(4);
    }

    @Test
    void aDroppedDeletionAndReturnIsTwoIncarnations() {
        store.delete("a/1");
        store.put("a/1", "x", 31);
        due().audited(store);
        progress();

        assertThat(rig.listed(store).told())
                .containsExactly("resynced AUDIT 1 @5", "down a/1=x UNKNOWN @5", "up a/1=x");
    }

    @Test
    void aChangeThatIsUnderWayIsNoDifference() {
        store.put("a/3", "z", 13);
        due().audited(store);
        assertThat(rig.actions).containsExactly(new ViewAction.AskProgress());

        rig.catchUp(store);

        assertThat(rig.told()).containsExactly("up a/3=z");
        assertThat(rig.state.audit().tally().passed()).isEqualTo(1);
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void aChangeThatCameBeforeAnOlderAnswerIsNoDifference() {
        due();
        ViewEvent answer = store.audit(rig.audit);
        store.put("a/3", "z", 13);
        store.delete("a/1");
        rig.catchUp(store);

        rig.send(answer);

        assertThat(rig.state.audit().tally().passed()).isEqualTo(1);
        assertThat(rig.actions).isEmpty();
    }

    @Test
    void aProgressOfBeforeTheAnswerDecidesNothing() {
        Header before = store.header();
        unseen("a/3", "z");
        due().audited(store);
        rig.send(new ViewEvent.Progress(before));

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void whereTheStoreSaysNothingTenSecondsDecide() {
        unseen("a/3", "z");
        due().audited(store);
        assertThat(rig.pass(Duration.ofMillis(9_999)).phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.reducer.nanosToNextTick(rig.state, rig.nanos)).isEqualTo(1_000_000L);

        assertThat(rig.pass(Duration.ofMillis(1)).phase()).isEqualTo(Phase.LISTING);
    }

    @Test
    void aViewThatIsNotLiveIsNotAudited() {
        rig.broken();
        assertThat(due().actions).isEmpty();
    }

    @Test
    void anAnswerAfterABreakDoesNotCount() {
        unseen("a/3", "z");
        due().broken();

        rig.audited(store);

        assertThat(rig.phase()).isEqualTo(Phase.BROKEN);
        assertThat(rig.state.audit().tally().differences()).isZero();
    }

    @Test
    void whatWasNotAnsweredIsAskedAgainByTheNextOne() {
        due();
        assertThat(due().actions).isEmpty();
        rig.send(new ViewEvent.NotAudited(rig.audit.ticket()));

        assertThat(due().actions).containsExactly(new ViewAction.Audit(2, 3));
    }

    @Test
    void aStoreThatWentBackUnderAnOpenStreamIsANewEpoch() {
        due().audited(new Store(7, 2));

        assertThat(rig.state.resync()).isEqualTo(ResyncCause.WENT_BACK);
    }

    @Test
    void anAnswerBelowWhatTheStoreHadPromisedIsANewEpoch() {
        Store restored = store.restoredTo(3, 2);
        store.tickOver(5);
        progress();
        restored.tickOver(4);
        due().audited(restored);

        assertThat(rig.state.resync()).isEqualTo(ResyncCause.WENT_BACK);
    }

    @Test
    void anAnswerOlderThanAPromiseThatOvertookItIsNone() {
        ViewEvent early = store.audit(new ViewAction.Audit(1, 3));
        due();
        store.tickOver(5);
        progress();
        rig.send(early);

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(rig.state.audit().tally().passed()).isEqualTo(1);
    }

    @Test
    void afterABreakARevisionBelowTheOneAnAuditToldOfIsANewEpoch() {
        Store restored = store.restoredTo(3, 2);
        store.tickOver(5);
        due().audited(store);
        restored.tickOver(4);
        rig.reconnected(restored);

        assertThat(rig.phase()).isEqualTo(Phase.LISTING);
        assertThat(rig.listed(restored).told()).containsExactly("resynced WENT_BACK 2 @7");
        assertThat(rig.created(restored, false).recalled(restored).phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void aListBelowTheRevisionThatAnAuditToldOfIsANewEpoch() {
        Store restored = store.restoredTo(3, 2);
        store.tickOver(5);
        due().audited(store);
        restored.tickOver(4);
        rig.send(new ViewEvent.Compacted());

        assertThat(rig.listed(restored).told()).containsExactly("resynced WENT_BACK 2 @7");
    }

    @Test
    void anotherClusterAnswersNoAudit() {
        due().audited(new Store(8, 2));

        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        assertThat(due().actions).hasSize(1);
    }

    @Test
    void aDifferenceThatNoMissedChangeExplainsIsANewEpoch() {
        Store other = new Store(7, 2);
        other.put("a/2", "other", 52);
        other.put("a/1", "other", 51);
        other.tickOver(3);
        due().audited(other);
        rig.send(new ViewEvent.Progress(other.header()));
        // Nothing was changed since revision 3, and the number is the same: only what is told in full gives it away.
        assertThat(rig.phase()).isEqualTo(Phase.LIVE);
        other.put("a/3", "z", 53);
        due().audited(other);
        rig.send(new ViewEvent.Progress(other.header()));

        assertThat(rig.listed(other).told()).startsWith("resynced HISTORY_DIFFERS 2 @7");
    }

    @Test
    void tooManyChangesMeanwhileEndAnAudit() {
        due();
        for (long bytes = 0; bytes < Backlog.MOST_BYTES; bytes += 1 << 20) {
            assertThat(rig.state.audit().stage()).isEqualTo(AuditState.Stage.ASKED);
            store.put("a/3", "z".repeat(1 << 20), 13);
            rig.send(events(store.revision, 1));
        }

        assertThat(rig.state.audit().stage()).isEqualTo(AuditState.Stage.RESTING);
        assertThat(rig.state.audit().running()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void whateverIsDroppedIsHealedByOneAuditAndNothingElseIsFound(int seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            boolean dropping = random.nextInt(3) == 0;
            boolean early = random.nextBoolean();
            @Nullable ViewEvent answer = null;
            long before = rig.state.audit().tally().differences();
            long from = rig.state.content().revision() + 1;
            for (int i = random.nextInt(6); i > 0; i--) {
                String key = (random.nextBoolean() ? "a/" : "b/") + random.nextInt(4);
                if (random.nextInt(3) == 0) {
                    store.delete(key);
                } else {
                    store.put(key, "v" + random.nextInt(9), 100 + random.nextInt(900));
                }
                if (early && answer == null) {
                    answer = store.audit(((ViewAction.Audit) due().actions.get(0)));
                }
                boolean dropped = dropping && random.nextBoolean();
                if (!dropped && store.batch(from, 99) != null) {
                    rig.send(events(store.revision, 1));
                    dropping = dropping && random.nextBoolean();
                }
            }
            heal(answer);
            if (rig.state.audit().tally().differences() == before) {
                assertThat(rig.state.content().truth().values()).isEqualTo(store.list());
            }
        }
        assertThat(rig.state.content().epoch()).isEqualTo(1);
        assertThat(rig.state.content().truth().values()).isEqualTo(store.list());
        assertThat(rig.state.audit().tally().differences()).isPositive();
        assertThat(rig.state.audit().tally().passed()).isPositive();
    }

    private void heal(@Nullable ViewEvent early) {
        if (early != null) {
            rig.send(early);
            progress();
            relistWhereAsked();
        }
        due().audited(store);
        progress();
        relistWhereAsked();
    }

    private void relistWhereAsked() {
        if (rig.phase() == Phase.LISTING) {
            rig.listed(store).created(store, false).recalled(store);
            assertThat(rig.told()).isEqualTo(List.of());
        }
    }
}
