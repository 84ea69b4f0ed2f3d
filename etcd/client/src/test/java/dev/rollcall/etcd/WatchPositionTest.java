package dev.rollcall.etcd;

import static dev.rollcall.etcd.WatchMessages.cancelled;
import static dev.rollcall.etcd.WatchMessages.compacted;
import static dev.rollcall.etcd.WatchMessages.created;
import static dev.rollcall.etcd.WatchMessages.events;
import static dev.rollcall.etcd.WatchMessages.header;
import static dev.rollcall.etcd.WatchMessages.part;
import static dev.rollcall.etcd.WatchMessages.progress;
import static dev.rollcall.etcd.WatchMessages.put;
import static dev.rollcall.etcd.WatchMessages.refused;
import static dev.rollcall.etcd.WatchMessages.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchPosition.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What moves a watch, what stops it, and where it goes on. */
class WatchPositionTest extends WatchPositionScene {

    @Test
    void aWatchThatGetsItsPlaceAsksFromItsPosition() {
        state = WatchPosition.startingAt(10);

        give(new WatchInput.Ask(3));

        assertThat(state.phase()).isEqualTo(Phase.ASKED);
        assertThat(actions).containsExactly(new WatchAction.Create(3, 10));
    }

    @Test
    void onlyAWaitingWatchTakesAPlace() {
        running(10, 20);

        give(new WatchInput.Ask(4));

        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
        assertThat(state.id()).isEqualTo(1);
        assertThat(actions).isEmpty();
    }

    @Test
    void aCreationNeverMovesTheWatchThatAskedForHistory() {
        asked(10);
        give(message(created(1, 1000)));
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
        assertThat(news()).containsExactly(new WatchNews.Created(header(1000), false, 10));

        give(new WatchInput.Broke(cut, false));
        give(new WatchInput.Ask(2));

        assertThat(actions).containsExactly(new WatchAction.Create(2, 10));
    }

    @Test
    void aWatchFromNowOnBeginsAfterTheRevisionOfItsCreation() {
        asked(0);
        give(message(created(1, 41)));

        give(message(events(1, 42, put("old", 41), put("new", 42))));

        assertThat(batch()).containsExactly("new@42");
        assertThat(state.position()).isEqualTo(43);
    }

    @Test
    void whatCameUnderAnotherIdIsIgnored() {
        running(10, 20);

        give(message(events(99, 20, put("a", 12))));

        assertThat(actions).isEmpty();
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void eventsMoveThePositionBehindTheLastOne() {
        running(10, 1000);

        give(message(events(1, 1000, put("a", 11), put("b", 11), put("a", 15))));

        assertThat(batch()).containsExactly("a@11", "b@11", "a@15");
        assertThat(state.position()).isEqualTo(16);
    }

    @Test
    void eventsBelowThePositionAreDropped() {
        running(10, 20);
        give(message(events(1, 20, put("a", 12))));

        give(message(events(1, 20, put("x", 9), put("a", 12), put("b", 12), put("c", 13))));

        assertThat(batch()).containsExactly("c@13");
    }

    @Test
    void anAnswerThatBringsNothingNewIsNotTold() {
        running(10, 20);

        give(message(events(1, 20, put("x", 9))));

        assertThat(actions).isEmpty();
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void theSameChangeTwiceInOneAnswerIsToldOnce() {
        running(10, 20);

        give(message(events(1, 20, put("a", 12), put("b", 12), put("a", 12), put("a", 11))));

        assertThat(batch()).containsExactly("a@12", "b@12");
    }

    @Test
    void partsAreToldTogetherWhenTheLastOneHasCome() {
        running(10, 20);
        give(message(part(1, 20, put("a", 12))));
        give(message(part(1, 20, put("b", 12))));
        assertThat(news()).isEmpty();
        assertThat(state.position()).isEqualTo(10);

        give(message(events(1, 20, put("c", 13))));

        assertThat(batch()).containsExactly("a@12", "b@12", "c@13");
        assertThat(state.position()).isEqualTo(14);
    }

    @Test
    void aBreakBetweenPartsDiscardsThem() {
        running(10, 20);
        give(message(part(1, 20, put("a", 12))));

        give(new WatchInput.Broke(cut, false));
        give(new WatchInput.Ask(2));
        assertThat(actions).containsExactly(new WatchAction.Create(2, 10));
        give(message(created(2, 20)));
        give(message(events(2, 20, put("a", 12), put("b", 12))));

        assertThat(batch()).containsExactly("a@12", "b@12");
    }

    @Test
    void periodicProgressMovesThePosition() {
        running(10, 20);

        give(message(progress(1, 30)));

        assertThat(news()).containsExactly(new WatchNews.Progress(header(30), 31));
        assertThat(state.position()).isEqualTo(31);
    }

    @Test
    void anAnswerToAProgressRequestMovesThePositionOfATrustedServer() {
        running(10, 20);

        give(new WatchInput.Vouched(header(30), true));

        assertThat(news()).containsExactly(new WatchNews.Progress(header(30), 31));
        assertThat(state.position()).isEqualTo(31);
    }

    @Test
    void theAnswerOfAServerThatOvertakesEventsOnlyProvesThatItLives() {
        running(10, 20);

        give(new WatchInput.Vouched(header(30), false));

        assertThat(news()).containsExactly(new WatchNews.Progress(header(9), 10));
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void progressBetweenPartsIsNotBelieved() {
        running(10, 20);
        give(message(part(1, 20, put("a", 12))));

        give(new WatchInput.Vouched(header(30), true));

        assertThat(actions).isEmpty();
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void progressIsNotBelievedBeforeTheCreation() {
        asked(10);

        give(new WatchInput.Vouched(header(30), true));

        assertThat(actions).isEmpty();
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void eventsBeforeTheCreationAreKeptUntilIt() {
        asked(10);
        give(message(events(1, 20, put("a", 12))));
        assertThat(actions).isEmpty();

        give(message(created(1, 20)));

        assertThat(batch()).containsExactly("a@12");
    }

    @Test
    void aBreakIsToldOnce() {
        running(10, 20);

        give(new WatchInput.Broke(cut, false));
        assertThat(actions)
                .containsExactly(new WatchAction.Tell(new WatchNews.Interrupted(cut)), new WatchAction.Queue());
        assertThat(state.phase()).isEqualTo(Phase.WAITING);

        give(new WatchInput.Broke(cut, false));
        assertThat(actions).isEmpty();
        give(new WatchInput.Broke(cut, true));
        assertThat(news()).containsExactly(new WatchNews.Interrupted(cut));
    }

    @Test
    void aWatchThatWasTakenUpAgainSaysSo() {
        running(10, 20);
        give(new WatchInput.Broke(cut, false));
        give(new WatchInput.Ask(2));

        give(message(created(2, 25)));

        assertThat(news()).containsExactly(new WatchNews.Created(header(25), true, 10));
        give(new WatchInput.Broke(cut, false));
        assertThat(news()).containsExactly(new WatchNews.Interrupted(cut));
    }

    @Test
    void compactionStopsTheWatchUntilItsOwnerHasRead() {
        running(10, 20);

        give(message(compacted(1, 15)));
        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
        assertThat(news()).containsExactly(new WatchNews.Compacted(15));

        give(new WatchInput.Broke(cut, false));
        assertThat(actions).isEmpty();
        give(new WatchInput.ResumeFrom(21));
        assertThat(actions).containsExactly(new WatchAction.Queue());
        give(new WatchInput.Ask(2));
        assertThat(actions).containsExactly(new WatchAction.Create(2, 21));
    }

    @Test
    void aCreationRefusedForCompactionIsCompaction() {
        asked(10);

        give(message(refused("etcdserver: mvcc: required revision has been compacted")));

        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
    }

    @Test
    void resumeHasNoEffectOnARunningWatch() {
        running(10, 20);

        give(new WatchInput.ResumeFrom(50));

        assertThat(actions).isEmpty();
        assertThat(state.position()).isEqualTo(10);
    }

    @Test
    void aRefusedTokenAsksForANewOne() {
        asked(10);

        give(message(refused("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")));

        assertThat(state.phase()).isEqualTo(Phase.WAITING);
        assertThat(actions.get(0)).isInstanceOf(WatchAction.RenewToken.class);
        assertThat(actions.get(1)).isEqualTo(new WatchAction.Queue());
    }

    @Test
    void aForbiddenWatchIsToldAndAskedForSlowly() {
        asked(10);
        give(message(refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied")));
        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(news())
                .singleElement()
                .isInstanceOfSatisfying(
                        WatchNews.Interrupted.class,
                        told -> assertThat(told.cause().code()).isEqualTo(EtcdError.PERMISSION_DENIED));
        assertThat(actions).contains(new WatchAction.Rest(1, 1_000_000_000L));

        give(new WatchInput.Rested(1));
        assertThat(actions).containsExactly(new WatchAction.Queue());
        give(new WatchInput.Ask(2));
        give(message(refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied")));

        assertThat(actions).containsExactly(new WatchAction.Rest(2, 2_000_000_000L));
    }

    @Test
    void aWatchThatTheStoreCancelsForNoReasonIsAskedForAgain() {
        running(10, 20);

        give(message(cancelled(1, "")));
        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        give(new WatchInput.Broke(cut, false));
        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        give(new WatchInput.Rested(1));

        assertThat(state.phase()).isEqualTo(Phase.WAITING);
        assertThat(actions).containsExactly(new WatchAction.Queue());
    }

    @Test
    void aRangeWithoutKeysEndsTheWatch() {
        asked(10);

        give(message(refused("mvcc: watcher range is empty")));

        assertThat(state.phase()).isEqualTo(Phase.CLOSED);
        assertThat(actions)
                .singleElement()
                .isInstanceOfSatisfying(
                        WatchAction.End.class,
                        end -> assertThat(end.cause()).extracting("code").isEqualTo(EtcdError.INVALID_ARGUMENT));
    }

    @Test
    void aWatchWhoseListenerFellBehindIsParkedUntilItHasCaughtUp() {
        running(10, 20);
        give(message(events(1, 20, put("a", 12))));

        give(new WatchInput.Overflowed());
        assertThat(state.phase()).isEqualTo(Phase.PARKED);
        assertThat(actions).containsExactly(new WatchAction.Cancel(1));
        give(new WatchInput.Broke(cut, false));
        give(message(events(1, 20, put("b", 13))));
        assertThat(actions).isEmpty();

        give(new WatchInput.Drained());
        assertThat(actions).containsExactly(new WatchAction.Queue());
        give(new WatchInput.Ask(2));
        assertThat(actions).containsExactly(new WatchAction.Create(2, 13));
    }

    @Test
    void aWaitingOrRestingWatchCanBeParkedToo() {
        state = WatchPosition.startingAt(10);
        give(new WatchInput.Overflowed());
        assertThat(state.phase()).isEqualTo(Phase.PARKED);
        assertThat(actions).isEmpty();
    }

    @Test
    void aWatchThatStandsStillIsNotParked() {
        running(10, 20);
        give(message(compacted(1, 15)));

        give(new WatchInput.Overflowed());

        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
    }

    @Test
    void closingCancelsWhatTheStoreHas() {
        running(10, 20);

        give(new WatchInput.Close(null));

        assertThat(state.phase()).isEqualTo(Phase.CLOSED);
        assertThat(actions).containsExactly(new WatchAction.Cancel(1), new WatchAction.End(null));
    }

    @Test
    void closingAWaitingWatchAsksNothingOfTheStore() {
        give(new WatchInput.Close(cut));

        assertThat(actions).containsExactly(new WatchAction.End(cut));
    }

    @Test
    void aClosedWatchStaysClosed() {
        give(new WatchInput.Close(null));

        for (WatchInput late : List.of(
                new WatchInput.Ask(9),
                message(created(9, 9)),
                new WatchInput.Broke(cut, true),
                new WatchInput.Drained(),
                new WatchInput.Overflowed(),
                new WatchInput.ResumeFrom(1),
                new WatchInput.Close(null))) {
            give(late);
            assertThat(actions).isEmpty();
            assertThat(state.phase()).isEqualTo(Phase.CLOSED);
        }
    }

    @Test
    void aWatchThatMisfitsTwiceLeavesTheStreamAndFromTheThirdTimeOnRestsAlone() {
        EtcdException wrong = new EtcdException(EtcdError.UNAVAILABLE, "wrong");
        asked(10);
        for (int id = 2; id <= WatchPosition.MAX_MISFITS; id++) {
            give(message(created(id - 1, 20)));
            give(message(part(id - 1, 20, put("a", 11))));
            give(new WatchInput.Misfit(wrong));
            assertThat(actions).containsExactly(new WatchAction.LeaveStream(wrong));
            give(new WatchInput.Broke(wrong, false));
            give(new WatchInput.Ask(id));
        }
        long last = WatchPosition.MAX_MISFITS;
        give(message(created(last, 20)));

        give(new WatchInput.Misfit(wrong));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions)
                .startsWith(new WatchAction.Cancel(last), new WatchAction.Distrust(wrong))
                .hasSize(4)
                .last()
                .isInstanceOf(WatchAction.Rest.class);
        assertThat(news()).containsExactly(new WatchNews.Interrupted(wrong));
        give(new WatchInput.Rested(last));
        give(new WatchInput.Ask(last + 1));
        give(message(created(last + 1, 20)));
        give(new WatchInput.Misfit(wrong));
        assertThat(actions).doesNotContain(new WatchAction.Distrust(wrong)).contains(new WatchAction.Cancel(last + 1));
    }

    @Test
    void aSignOfHealthForgetsMisfits() {
        EtcdException wrong = new EtcdException(EtcdError.UNAVAILABLE, "wrong");
        running(10, 20);
        for (int i = 0; i < 5; i++) {
            give(new WatchInput.Misfit(wrong));
            assertThat(actions).containsExactly(new WatchAction.LeaveStream(wrong));
            give(message(events(1, 20, put("a", 11 + i))));
        }
    }
}
