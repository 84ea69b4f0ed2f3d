package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchStream.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchStreamTest {

    private final EtcdException cut = new EtcdException(EtcdError.UNAVAILABLE, "cut");
    private final EtcdException token = new EtcdException(EtcdError.UNAUTHENTICATED, "invalid auth token");
    private static final long OURS = 7;
    private static final long THEIRS = 8;

    private WatchStream state = WatchStream.idle(WatchPace.of(3, Duration.ofSeconds(5)));
    private List<StreamAction> actions = List.of();
    private long now = TimeUnit.HOURS.toNanos(1);

    @Test
    void aStreamIsOpenedForTheFirstWatch() {
        give(new StreamInput.Wanted(1));

        assertThat(state.phase()).isEqualTo(Phase.DIALLING);
        assertThat(actions).containsExactly(new StreamAction.Open(false));
        give(new StreamInput.Wanted(2));
        assertThat(actions).isEmpty();
    }

    @Test
    void anOpenStreamIsAskedForTheWatches() {
        give(new StreamInput.Wanted(1));

        give(new StreamInput.Opened());

        assertThat(state.phase()).isEqualTo(Phase.OPENING);
        assertThat(actions).containsExactly(new StreamAction.Begin());
    }

    @Test
    void aStreamThatCannotBeOpenedIsTriedAgain() {
        give(new StreamInput.Wanted(1));

        give(new StreamInput.Ended(cut));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions).containsExactly(new StreamAction.Drop(cut, false, false));
        tick();
        assertThat(state.phase()).isEqualTo(Phase.DIALLING);
        assertThat(actions).containsExactly(new StreamAction.Open(true));
    }

    @Test
    void aMemberThatDoesNotAnswerTheFirstCreationIsLeft() {
        opening();

        pass(seconds(5));
        give(new StreamInput.Tick());

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(suspected()).isTrue();
    }

    @Test
    void aStreamWhoseWatchesLeftBeforeItOpenedIsLetGo() {
        opening();
        give(new StreamInput.Wanted(0));

        tick();

        assertThat(state.phase()).isEqualTo(Phase.IDLE);
        assertThat(actions).containsExactly(new StreamAction.Stop());
    }

    @Test
    void theFirstMessageOpensTheStream() {
        opening();

        give(new StreamInput.Heard(OURS, true));

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
        assertThat(state.cluster()).isEqualTo(OURS);
    }

    @Test
    void everyEndOfAnOpenStreamIsTakenUpOnAnotherMember() {
        open();

        give(new StreamInput.Ended(cut));
        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions).containsExactly(new StreamAction.Drop(cut, false, false));
        tick();

        assertThat(actions).containsExactly(new StreamAction.Open(true));
    }

    @Test
    void attemptsBecomeRarerUpToOneASecond() {
        give(new StreamInput.Wanted(1));
        List<Long> rests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            give(new StreamInput.Ended(cut));
            rests.add(state.wakeAt() - now);
            tick();
        }

        assertThat(rests).isSorted().contains(seconds(1)).allMatch(rest -> rest <= seconds(1));
        assertThat(rests.get(0)).isLessThan(seconds(1) / 10);
    }

    @Test
    void aStreamThatBreaksSoonAfterEachOpeningIsNotTakenUpInATightLoop() {
        give(new StreamInput.Wanted(1));
        for (int i = 0; i < 5; i++) {
            give(new StreamInput.Opened());
            give(new StreamInput.Heard(OURS, true));
            give(new StreamInput.Ended(cut));
            tick();
        }
        give(new StreamInput.Ended(cut));

        assertThat(state.wakeAt() - now).isEqualTo(seconds(1));
    }

    @Test
    void aStreamThatWasSteadyIsTakenUpAtOnce() {
        aStreamThatBreaksSoonAfterEachOpeningIsNotTakenUpInATightLoop();
        tick();
        give(new StreamInput.Opened());
        give(new StreamInput.Heard(OURS, true));
        pass(seconds(10));

        give(new StreamInput.Ended(cut));

        assertThat(state.wakeAt() - now).isLessThan(seconds(1) / 10);
    }

    @Test
    void anAnswerTooLargeIsNotAskedForAgainInALoop() {
        open();

        give(new StreamInput.Ended(new EtcdException(EtcdError.TOO_LARGE, "message larger than max")));

        assertThat(state.wakeAt() - now).isEqualTo(seconds(1));
        for (int i = 0; i < 8; i++) {
            tick();
            give(new StreamInput.Ended(new EtcdException(EtcdError.OVERLOADED, "exhausted")));
        }
        assertThat(state.wakeAt() - now).isEqualTo(seconds(30));
    }

    @Test
    void aSilentStreamIsAskedForProgressThenReadThenLeft() {
        open();

        pass(seconds(5));
        give(new StreamInput.Tick());
        assertThat(actions).containsExactly(new StreamAction.AskProgress());
        pass(seconds(1));
        give(new StreamInput.Tick());
        assertThat(state.phase()).isEqualTo(Phase.PROBING);
        assertThat(actions).containsExactly(new StreamAction.ReadMember());
        pass(seconds(2));
        give(new StreamInput.Tick());

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(suspected()).isTrue();
    }

    @Test
    void aReadThatFailsLeavesTheMemberAtOnce() {
        probing();

        give(new StreamInput.ReadDone(false));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(suspected()).isTrue();
    }

    @Test
    void anAnsweredReadProvesThatTheMemberLives() {
        probing();

        give(new StreamInput.ReadDone(true));

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
        assertThat(actions).isEmpty();
        assertThat(state.wakeAt() - now).isPositive();
    }

    @Test
    void aMessageWhileProbingProvesThatTheStreamLives() {
        probing();

        give(new StreamInput.Heard(OURS, false));

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
        assertThat(actions).isEmpty();
    }

    @Test
    void aProbedStreamThatEndsIsTakenUp() {
        probing();

        give(new StreamInput.Ended(cut));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
    }

    @Test
    void aStreamThatUsedToAnswerAndWentDeafIsOpenedAgain() {
        open();
        give(new StreamInput.Proven());
        for (int i = 1; i < WatchStream.MAX_DEAF; i++) {
            silence();
            give(new StreamInput.ReadDone(true));
            assertThat(state.phase()).isEqualTo(Phase.OPEN);
        }
        silence();

        give(new StreamInput.ReadDone(true));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(suspected()).isFalse();
    }

    @Test
    void aStoreThatNeverAnswersProgressRequestsIsKept() {
        open();
        for (int i = 0; i < 3 * WatchStream.MAX_DEAF; i++) {
            silence();
            give(new StreamInput.ReadDone(true));
            assertThat(state.phase()).isEqualTo(Phase.OPEN);
        }
    }

    @Test
    void aBusyStreamIsAskedForProgressToo() {
        open();
        for (int i = 0; i < 4; i++) {
            pass(seconds(1));
            give(new StreamInput.Heard(OURS, false));
            give(new StreamInput.Tick());
            assertThat(actions).isEmpty();
        }
        pass(seconds(1));
        give(new StreamInput.Heard(OURS, false));

        give(new StreamInput.Tick());

        assertThat(actions).containsExactly(new StreamAction.AskProgress());
    }

    @Test
    void usersWishesForProgressAreSentOnceASecondAtMost() {
        open();

        give(new StreamInput.ProgressWanted());
        assertThat(actions).containsExactly(new StreamAction.AskProgress());
        give(new StreamInput.ProgressWanted());
        give(new StreamInput.ProgressWanted());
        assertThat(actions).isEmpty();
        give(new StreamInput.Heard(OURS, false));
        give(new StreamInput.Proven());
        assertThat(state.wakeAt() - now).isEqualTo(seconds(1));
        tick();

        assertThat(actions).containsExactly(new StreamAction.AskProgress());
    }

    @Test
    void aRefusedTokenBringsANewStreamWithAnotherToken() {
        open();

        give(new StreamInput.TokenRefused(token));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
        assertThat(actions).containsExactly(new StreamAction.RejectToken(), new StreamAction.Drop(token, false, false));
        assertThat(state.wakeAt() - now).isLessThan(seconds(1) / 10);
        tick();
        assertThat(actions).containsExactly(new StreamAction.Open(false));
    }

    @Test
    void threeRefusedTokensInARowAreToldAndThenTriedSlowly() {
        open();
        give(new StreamInput.TokenRefused(token));
        tick();
        give(new StreamInput.Ended(token));
        tick();
        give(new StreamInput.Opened());
        give(new StreamInput.Heard(OURS, false));

        give(new StreamInput.TokenRefused(token));

        assertThat(actions).contains(new StreamAction.Drop(token, true, false));
        assertThat(state.wakeAt() - now).isEqualTo(seconds(10));
    }

    @Test
    void anAcceptedTokenEndsTheRow() {
        open();
        for (int i = 0; i < 3 * WatchStream.MAX_REFUSALS; i++) {
            give(new StreamInput.TokenRefused(token));
            assertThat(actions).contains(new StreamAction.Drop(token, false, false));
            tick();
            give(new StreamInput.Opened());
            give(new StreamInput.Heard(OURS, true));
        }
    }

    @Test
    void anEndpointOfAnotherClusterIsLeftUntilNoneOfOursAnswers() {
        open();
        for (int i = 0; i < 2; i++) {
            give(new StreamInput.Ended(cut));
            tick();
            give(new StreamInput.Opened());
            give(new StreamInput.Heard(THEIRS, true));
            assertThat(state.phase()).isEqualTo(Phase.RESTING);
            assertThat(state.cluster()).isEqualTo(OURS);
            tick();
            give(new StreamInput.Opened());
        }

        give(new StreamInput.Heard(THEIRS, true));

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
        assertThat(state.cluster()).isEqualTo(THEIRS);
    }

    @Test
    void aMemberThatLagsIsLeftWhereThereIsAnother() {
        open();

        give(new StreamInput.Leave(cut));

        assertThat(state.phase()).isEqualTo(Phase.RESTING);
    }

    @Test
    void theOnlyMemberIsNotLeftForLagging() {
        state = WatchStream.idle(WatchPace.of(1, Duration.ofSeconds(5)));
        open();

        give(new StreamInput.Leave(cut));

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
        assertThat(actions).isEmpty();
    }

    @Test
    void aStreamThatNobodyUsesIsLetGoAfterAWhile() {
        open();
        pass(seconds(3));
        give(new StreamInput.Wanted(0));
        pass(seconds(4));
        give(new StreamInput.Tick());
        assertThat(state.phase()).isEqualTo(Phase.OPEN);

        pass(seconds(1));
        give(new StreamInput.Tick());

        assertThat(state.phase()).isEqualTo(Phase.IDLE);
        assertThat(actions).containsExactly(new StreamAction.Stop());
    }

    @Test
    void aStreamThatIsUsedAgainIsKept() {
        open();
        give(new StreamInput.Wanted(0));
        pass(seconds(4));
        give(new StreamInput.Wanted(1));
        pass(seconds(4));

        give(new StreamInput.Tick());

        assertThat(state.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void aBrokenStreamThatNobodyWantsIsNotTakenUp() {
        open();
        give(new StreamInput.Ended(cut));
        give(new StreamInput.Wanted(0));

        tick();

        assertThat(state.phase()).isEqualTo(Phase.IDLE);
        assertThat(actions).isEmpty();
    }

    @Test
    void aTickBeforeItsTimeIsIgnored() {
        open();
        pass(seconds(1));

        give(new StreamInput.Tick());

        assertThat(actions).isEmpty();
    }

    @Test
    void aClosedStreamStaysClosed() {
        open();
        give(new StreamInput.Close());
        assertThat(actions).containsExactly(new StreamAction.Stop());

        for (StreamInput late : List.of(
                new StreamInput.Wanted(3), new StreamInput.Tick(), new StreamInput.Opened(), new StreamInput.Close())) {
            give(late);
            assertThat(actions).isEmpty();
            assertThat(state.phase()).isEqualTo(Phase.CLOSED);
        }
    }

    private void opening() {
        give(new StreamInput.Wanted(1));
        give(new StreamInput.Opened());
    }

    private void open() {
        opening();
        give(new StreamInput.Heard(OURS, true));
        assertThat(state.phase()).isEqualTo(Phase.OPEN);
    }

    private void probing() {
        open();
        silence();
    }

    private void silence() {
        pass(seconds(5));
        give(new StreamInput.Tick());
        pass(seconds(1));
        give(new StreamInput.Tick());
        assertThat(state.phase()).isEqualTo(Phase.PROBING);
    }

    private boolean suspected() {
        return actions.get(0) instanceof StreamAction.Drop drop && drop.suspect();
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void pass(long nanos) {
        now += nanos;
    }

    /** Time passes until the machine is to be woken, and it is. */
    private void tick() {
        now = state.wakeAt();
        give(new StreamInput.Tick());
    }

    private void give(StreamInput input) {
        WatchStream.Step step = state.step(input, now, 1.0);
        state = step.state();
        actions = step.actions();
    }
}
