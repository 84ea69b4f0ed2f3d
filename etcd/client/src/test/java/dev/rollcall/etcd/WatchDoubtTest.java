package dev.rollcall.etcd;

import static dev.rollcall.etcd.WatchMessages.CLUSTER;
import static dev.rollcall.etcd.WatchMessages.created;
import static dev.rollcall.etcd.WatchMessages.events;
import static dev.rollcall.etcd.WatchMessages.header;
import static dev.rollcall.etcd.WatchMessages.part;
import static dev.rollcall.etcd.WatchMessages.progress;
import static dev.rollcall.etcd.WatchMessages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchPosition.Phase;
import org.junit.jupiter.api.Test;

/** What makes a watch doubt the store, and how the doubt ends. */
class WatchDoubtTest extends WatchPositionScene {

    @Test
    void aCreationBehindThePositionIsDoubted() {
        asked(10);

        give(message(created(1, 8)));

        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);
        assertThat(actions).containsExactly(new WatchAction.ReadStore(1));
    }

    @Test
    void aCreationRightBeforeThePositionIsNot() {
        asked(10);

        give(message(created(1, 9)));

        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aStoreThatIsBehindAsAWholeWentBack() {
        doubted(10, 3);

        give(new WatchInput.StoreRead(1, header(4)));

        assertThat(state.phase()).isEqualTo(Phase.WENT_BACK);
        assertThat(actions)
                .containsExactly(new WatchAction.Cancel(1), new WatchAction.Tell(new WatchNews.WentBack(header(4))));
    }

    @Test
    void aWatchOfAStoreThatWentBackStandsStillUntilItsOwnerHasRead() {
        doubted(10, 3);
        give(new WatchInput.StoreRead(1, header(4)));

        give(new WatchInput.ResumeFrom(5));

        assertThat(state.phase()).isEqualTo(Phase.WAITING);
        assertThat(state.position()).isEqualTo(5);
        give(new WatchInput.Ask(2));
        give(message(created(2, new Header(99, 1, 4, 2))));
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aMemberBehindTheStoreOnlyLags() {
        doubted(10, 3);

        give(new WatchInput.StoreRead(1, header(12)));

        assertThat(state.phase()).isEqualTo(Phase.LAGGING);
        assertThat(news()).containsExactly(new WatchNews.Created(header(3), false, 10));
        assertThat(actions).contains(new WatchAction.Rest(1, WatchPosition.LAG_NANOS));
    }

    @Test
    void whatCameDuringTheDoubtIsToldWhenItIsOver() {
        doubted(10, 3);
        give(message(events(1, 11, put("a", 11))));
        assertThat(actions).isEmpty();

        give(new WatchInput.StoreRead(1, header(12)));

        assertThat(batch()).containsExactly("a@11");
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
        assertThat(state.position()).isEqualTo(12);
    }

    @Test
    void whatCameDuringTheDoubtOfAWipedStoreIsNotTold() {
        doubted(10, 3);
        give(message(events(1, 11, put("a", 11))));

        give(new WatchInput.StoreRead(1, header(5)));

        assertThat(state.phase()).isEqualTo(Phase.WENT_BACK);
        assertThat(news()).containsExactly(new WatchNews.WentBack(header(5)));
    }

    @Test
    void tooMuchDuringADoubtIsAskedForAgainAfterARest() {
        doubted(10, 3);
        for (int i = 0; i < WatchPosition.MAX_HELD_IN_DOUBT; i++) {
            give(message(events(1, 11 + i, put("a", 11 + i))));
        }

        assertThat(actions.get(0)).isEqualTo(new WatchAction.Cancel(1));
        assertThat(actions).last().isInstanceOf(WatchAction.Rest.class);
        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(state.held()).isEmpty();
    }

    @Test
    void theReadOfAnEarlierDoubtCountsForNothing() {
        doubted(10, 3);
        give(new WatchInput.Broke(cut, false));
        give(new WatchInput.Ask(2));
        give(message(created(2, 3)));

        give(new WatchInput.StoreRead(1, header(3)));

        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);
        assertThat(actions).isEmpty();
    }

    @Test
    void aReadAnsweredByAnotherClusterProvesNothing() {
        running(10, 20);
        give(message(progress(1, 3)));
        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);

        give(new WatchInput.StoreRead(1, new Header(99, 1, 3, 2)));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions.get(0)).isEqualTo(new WatchAction.Cancel(1));
    }

    @Test
    void anyMessageBehindThePositionRaisesTheDoubt() {
        running(10, 20);
        give(message(events(1, 30, put("a", 30))));

        give(message(events(1, 12, put("b", 12))));

        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);
        assertThat(actions).containsExactly(new WatchAction.ReadStore(1));
        give(new WatchInput.StoreRead(1, header(30)));
        assertThat(state.phase()).isEqualTo(Phase.LAGGING);
        assertThat(news()).isEmpty();
    }

    @Test
    void anAnswerToAProgressRequestBehindThePositionRaisesTheDoubt() {
        running(10, 20);

        give(new WatchInput.Vouched(header(3), true));

        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);
        assertThat(actions).containsExactly(new WatchAction.ReadStore(1));
    }

    @Test
    void aLaggingMemberThatCaughtUpIsFine() {
        lagging();

        give(new WatchInput.Vouched(header(9), true));

        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
        assertThat(news()).containsExactly(new WatchNews.Progress(header(9), 10));
    }

    @Test
    void aLaggingMemberIsAskedAgainAndLeftInTheEnd() {
        lagging();

        give(new WatchInput.Rested(1));
        assertThat(actions).containsExactly(new WatchAction.Cancel(1), new WatchAction.Queue());
        for (long id = 2; id <= 3; id++) {
            give(new WatchInput.Ask(id));
            give(message(created(id, 3)));
            give(new WatchInput.StoreRead(id, header(12)));
            give(new WatchInput.Rested(id));
        }

        assertThat(actions)
                .hasSize(3)
                .element(1)
                .isInstanceOfSatisfying(
                        WatchAction.LeaveMember.class,
                        leave -> assertThat(leave.cause()).hasMessageContaining("lags behind revision 9"));
    }

    @Test
    void anotherClusterIsAnotherStore() {
        running(10, 20);
        give(new WatchInput.Broke(cut, false));
        give(new WatchInput.Ask(2));

        give(message(created(2, new Header(CLUSTER + 1, 1, 500, 2))));

        assertThat(state.phase()).isEqualTo(Phase.WENT_BACK);
        assertThat(actions).contains(new WatchAction.Cancel(2));
    }

    @Test
    void aMessageTooLargeForTheConnectionIsNotAskedForAgainButReadByItsOwner() {
        running(10, 12);
        give(new WatchInput.Broke(new EtcdException(EtcdError.TOO_LARGE, "too large"), false));
        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
        assertThat(actions).containsExactly(new WatchAction.Tell(new WatchNews.Compacted(10)));
    }

    @Test
    void partsWithoutAnEndAreNotKeptForEver() {
        running(10, 12);
        for (int i = 0; i < WatchPosition.MAX_PARTS; i++) {
            give(message(part(1, 20, put("k" + i, 13))));
        }
        assertThat(state.held()).hasSize(WatchPosition.MAX_PARTS);

        give(message(part(1, 20, put("one more", 13))));

        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
        assertThat(state.held()).isEmpty();
        assertThat(actions)
                .containsExactly(new WatchAction.Cancel(1), new WatchAction.Tell(new WatchNews.Compacted(10)));
    }

    @Test
    void partsThatAreTooLargeTogetherAreReadByTheOwner() {
        running(10, 12);
        WatchMessage small = part(1, 20, put("a", 13));
        int half = (int) (WatchPosition.MAX_PARTS_BYTES / 2);
        WatchMessage large = new WatchMessage(small.header(), 1, false, false, 0, "", true, small.events(), half);

        give(message(large));
        give(message(large));
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
        give(message(small));

        assertThat(state.phase()).isEqualTo(Phase.COMPACTED);
    }

    @Test
    void whatComesBeforeTheCreationIsNotKeptForEver() {
        give(new WatchInput.Ask(1));
        for (int i = 0; i <= WatchPosition.MAX_HELD_IN_DOUBT; i++) {
            give(message(events(1, 11 + i, put("a", 11 + i))));
        }

        assertThat(actions).singleElement().isInstanceOf(WatchAction.LeaveStream.class);
        assertThat(state.held()).isEmpty();
    }

    @Test
    void theThirdTimeItRestsAlone() {
        for (int time = 1; time <= WatchPosition.MAX_MISFITS; time++) {
            give(new WatchInput.Ask(time));
            for (int i = 0; i <= WatchPosition.MAX_HELD_IN_DOUBT; i++) {
                give(message(events(time, 11 + i, put("a", 11 + i))));
            }
            assertThat(state.setbacks()).isEqualTo(time);
            if (time < WatchPosition.MAX_MISFITS) {
                give(new WatchInput.Broke(cut, false));
            }
        }

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions.get(0)).isEqualTo(new WatchAction.Cancel(WatchPosition.MAX_MISFITS));
    }

    @Test
    void whatWaitsForTheTruthIsBoundedInBytesToo() {
        doubted(10, 3);
        WatchMessage small = events(1, 20, put("a", 13));
        int all = (int) WatchPosition.MAX_BYTES_IN_DOUBT;
        WatchMessage large = new WatchMessage(small.header(), 1, false, false, 0, "", false, small.events(), all);

        give(message(large));
        assertThat(actions).as("one message is kept, whatever its size").isEmpty();
        give(message(small));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
    }
}
