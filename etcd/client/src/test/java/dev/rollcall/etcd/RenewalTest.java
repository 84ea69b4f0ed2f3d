package dev.rollcall.etcd;

import static dev.rollcall.etcd.KeepAlive.State.CLOSED;
import static dev.rollcall.etcd.KeepAlive.State.HELD;
import static dev.rollcall.etcd.KeepAlive.State.LOST;
import static dev.rollcall.etcd.KeepAlive.State.SUSPECT;
import static dev.rollcall.etcd.Renewal.Ask.ALL;
import static dev.rollcall.etcd.Renewal.Ask.NOBODY;
import static dev.rollcall.etcd.Renewal.Ask.ONE;
import static dev.rollcall.etcd.Renewal.Ask.OTHERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A lease of 3 s, granted at 0 in term 5, told in milliseconds. The jitter is in the middle, so it is renewed at 1 s. */
class RenewalTest {

    private static final long TTL = TimeUnit.SECONDS.toNanos(3);
    private static final Header GRANTED = header(5);

    private Renewal renewal = Renewal.of(GRANTED, TTL, 0, 0.5);
    private Renewal.Ask asked = NOBODY;
    private List<KeepAlive.State> told = List.of();

    private static Header header(long term) {
        return new Header(77, 1, 10, term);
    }

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void at(long millis, Renewal.Event event) {
        Renewal.Step step = renewal.step(event, ms(millis), 0.5);
        renewal = step.next();
        asked = step.ask();
        told = step.told();
    }

    private void wakeAt(long millis) {
        at(millis, new Renewal.Woken());
    }

    private static Renewal.Answered answer(long sentAtMillis, long seconds, long term) {
        return new Renewal.Answered(ms(sentAtMillis), TimeUnit.SECONDS.toNanos(seconds), header(term), 5);
    }

    @Test
    void theTimeOfALeaseCountsFromWhenItWasAskedFor() {
        Renewal late = Renewal.of(GRANTED, TTL, ms(-800), 0.5);
        assertThat(late.deadline()).isEqualTo(TTL - ms(800));
        assertThat(late.wakeAt()).isEqualTo(ms(200));
    }

    @Test
    void aThirdOfTheTimeIsOverAndOneMemberIsAsked() {
        assertThat(renewal.wakeAt()).isEqualTo(ms(1000));
        wakeAt(1000);
        assertThat(asked).isEqualTo(ONE);
        assertThat(renewal.wakeAt()).isEqualTo(ms(1500));
    }

    @Test
    void renewalsAreSpreadByATenth() {
        assertThat(Renewal.of(GRANTED, TTL, 0, 0).wakeAt()).isEqualTo(ms(900));
        assertThat(Renewal.of(GRANTED, TTL, 0, 1).wakeAt()).isEqualTo(ms(1100));
    }

    @Test
    void nobodyIsAskedBeforeItsTime() {
        wakeAt(999);
        assertThat(asked).isEqualTo(NOBODY);
        assertThat(renewal.wakeAt()).isEqualTo(ms(1000));
    }

    @Test
    void anAnswerCountsFromTheSendingOfItsRequest() {
        wakeAt(1000);
        at(1400, answer(1000, 3, 5));
        assertThat(renewal.state()).isEqualTo(HELD);
        assertThat(renewal.deadline()).isEqualTo(ms(4000));
        assertThat(renewal.wakeAt()).isEqualTo(ms(2000));
        assertThat(told).isEmpty();
    }

    @Test
    void afterHalfASecondWithoutAnAnswerTheOthersAreAskedThenEveryone() {
        wakeAt(1000);
        wakeAt(1500);
        assertThat(asked).isEqualTo(OTHERS);
        wakeAt(2000);
        assertThat(asked).isEqualTo(ALL);
        wakeAt(2500);
        assertThat(asked).isEqualTo(ALL);
    }

    @Test
    void theFirstAnswerEndsTheRound() {
        wakeAt(1000);
        wakeAt(1500);
        at(1510, answer(1500, 3, 5));
        assertThat(renewal.asked()).isZero();
        assertThat(renewal.wakeAt()).isEqualTo(ms(2500));
        wakeAt(2500);
        assertThat(asked).isEqualTo(ONE);
    }

    @Test
    void aLateAnswerToAnEarlierRequestDoesNotShortenTheLease() {
        wakeAt(1000);
        wakeAt(1500);
        at(1510, answer(1500, 3, 5));
        at(1520, answer(1000, 3, 5));
        assertThat(renewal.deadline()).isEqualTo(ms(4500));
    }

    @Test
    void aBrokenStreamMakesUsAskTheOthersAtOnceButOnlyOnce() {
        wakeAt(1000);
        at(1010, new Renewal.Failed());
        assertThat(asked).isEqualTo(OTHERS);
        at(1020, new Renewal.Failed());
        assertThat(asked).isEqualTo(NOBODY);
        assertThat(renewal.wakeAt()).isEqualTo(ms(1510));
    }

    @Test
    void aStreamThatBreaksBetweenRoundsIsNoMatter() {
        at(500, new Renewal.Failed());
        assertThat(asked).isEqualTo(NOBODY);
        assertThat(renewal.wakeAt()).isEqualTo(ms(1000));
    }

    @Test
    void heldBecomesSuspectWhenTheDeadlinePasses() {
        wakeAt(1000);
        wakeAt(1500);
        wakeAt(2000);
        wakeAt(2500);
        assertThat(renewal.wakeAt()).isEqualTo(ms(3000));
        assertThat(renewal.stateAt(ms(2999))).isEqualTo(HELD);
        assertThat(renewal.stateAt(ms(3000))).isEqualTo(SUSPECT);
        wakeAt(3000);
        assertThat(renewal.state()).isEqualTo(SUSPECT);
        assertThat(told).containsExactly(SUSPECT);
        assertThat(asked).isEqualTo(ALL);
    }

    @Test
    void suspectBecomesHeldByAnAnswerWithTimeLeft() {
        wakeAt(1000);
        wakeAt(3000);
        at(8000, answer(7990, 3, 5));
        assertThat(renewal.state()).isEqualTo(HELD);
        assertThat(renewal.deadline()).isEqualTo(ms(10_990));
        assertThat(told).containsExactly(HELD);
    }

    @Test
    void anAnswerBetweenTheDeadlineAndTheNextLookIsToldAfterTheLapse() {
        wakeAt(1000);
        assertThat(renewal.stateAt(ms(3050))).isEqualTo(SUSPECT);
        at(3100, answer(1000, 3, 5));
        assertThat(renewal.stateAt(ms(3100))).isEqualTo(HELD);
        assertThat(told).containsExactly(SUSPECT, HELD);
    }

    @Test
    void suspectBecomesLostByTheAnswerThatThereIsNoSuchLease() {
        wakeAt(1000);
        wakeAt(3000);
        at(3100, answer(3000, 0, 5));
        assertThat(renewal.state()).isEqualTo(LOST);
        assertThat(told).containsExactly(LOST);
    }

    @Test
    void heldBecomesLostByTheAnswerThatThereIsNoSuchLease() {
        wakeAt(1000);
        at(1010, answer(1000, 0, 5));
        assertThat(renewal.state()).isEqualTo(LOST);
        assertThat(told).containsExactly(LOST);
    }

    @Test
    void lostIsFinal() {
        wakeAt(1000);
        at(1010, answer(1000, 0, 5));
        at(1020, answer(1000, 3, 5));
        assertThat(renewal.state()).isEqualTo(LOST);
        at(1030, new Renewal.Closed());
        assertThat(renewal.state()).isEqualTo(LOST);
        assertThat(told).isEmpty();
        wakeAt(9000);
        assertThat(asked).isEqualTo(NOBODY);
    }

    @Test
    void heldAndSuspectBecomeClosed() {
        Renewal held = renewal;
        assertThat(held.step(new Renewal.Closed(), 0, 0).next().state()).isEqualTo(CLOSED);
        wakeAt(3000);
        at(3001, new Renewal.Closed());
        assertThat(renewal.state()).isEqualTo(CLOSED);
        assertThat(told).containsExactly(CLOSED);
        at(3002, answer(3000, 3, 5));
        assertThat(renewal.state()).isEqualTo(CLOSED);
    }

    @Test
    void aHigherTermIsTold() {
        wakeAt(1000);
        at(1010, answer(1000, 3, 6));
        assertThat(renewal.state()).isEqualTo(HELD);
        assertThat(told).containsExactly(HELD);
        assertThat(renewal.header().raftTerm()).isEqualTo(6);
        wakeAt(2000);
        at(2010, answer(2000, 3, 6));
        assertThat(told).isEmpty();
    }

    @Test
    void anAnswerOfALowerTermDoesNotProlongTheLease() {
        wakeAt(1000);
        at(1010, answer(1000, 3, 4));
        assertThat(renewal.deadline()).isEqualTo(TTL);
        assertThat(renewal.wakeAt()).isEqualTo(ms(1500));
    }

    @Test
    void anAnswerBelowATermSeenOnAnotherLeaseDoesNotProlongTheLease() {
        wakeAt(1000);
        at(1010, new Renewal.Answered(ms(1000), TTL, header(5), 6));
        assertThat(renewal.deadline()).isEqualTo(TTL);
    }

    @Test
    void aLowerTermDoesNotLoseTheLeaseEither() {
        wakeAt(1000);
        at(1010, answer(1000, 0, 4));
        assertThat(renewal.state()).isEqualTo(HELD);
    }

    @Test
    void aLowerTermIsBelievedWhenNothingElseComesForASecond() {
        wakeAt(1000);
        at(1010, answer(1000, 0, 4));
        wakeAt(1500);
        at(1510, answer(1500, 0, 4));
        assertThat(renewal.state()).isEqualTo(HELD);
        wakeAt(2000);
        at(2010, answer(2000, 0, 4));
        assertThat(renewal.state()).isEqualTo(LOST);
    }

    /** The store went back, and has the lease: an election from now on is in a term that was seen before. */
    @Test
    void aLowerTermThatIsBelievedIsTold() {
        wakeAt(1000);
        at(1010, answer(1000, 3, 4));
        assertThat(told).isEmpty();
        wakeAt(1500);
        at(1510, answer(1500, 3, 4));
        wakeAt(2000);
        at(2010, answer(2000, 3, 4));
        assertThat(renewal.header().raftTerm()).isEqualTo(4);
        assertThat(told).containsExactly(HELD);
    }

    @Test
    void aGoodAnswerEndsTheDoubt() {
        wakeAt(1000);
        at(1010, answer(1000, 0, 4));
        wakeAt(1500);
        at(1510, answer(1500, 3, 5));
        wakeAt(2500);
        at(2510, answer(2500, 0, 4));
        assertThat(renewal.state()).isEqualTo(HELD);
    }

    @Test
    void anotherClusterIsNotBelievedAtOnce() {
        wakeAt(1000);
        at(1010, new Renewal.Answered(ms(1000), 0, new Header(78, 1, 1, 9), 5));
        assertThat(renewal.state()).isEqualTo(HELD);
    }

    @Test
    void anAnswerThatComesAfterItsOwnTimeLeavesTheLeaseSuspect() {
        wakeAt(1000);
        wakeAt(9000);
        assertThat(renewal.state()).isEqualTo(SUSPECT);
        at(9001, answer(1000, 3, 5));
        assertThat(renewal.state()).isEqualTo(SUSPECT);
        assertThat(renewal.wakeAt()).isEqualTo(ms(9001));
    }

    @Test
    void aProcessThatWasPausedIsSuspectAndAsks() {
        wakeAt(60_000);
        assertThat(renewal.state()).isEqualTo(SUSPECT);
        assertThat(told).containsExactly(SUSPECT);
        assertThat(asked).isEqualTo(ONE);
        wakeAt(60_500);
        assertThat(asked).isEqualTo(OTHERS);
    }
}
