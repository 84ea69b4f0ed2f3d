package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class LeaseProofTest {

    private final Deque<LongConsumer> questions = new ArrayDeque<>();
    private final Deque<Runnable> delayed = new ArrayDeque<>();
    private int given;
    private long lapses;
    private final LeaseProof proof = new LeaseProof(questions::add, delayed::add, () -> given++);

    private void answer(long term) {
        questions.remove().accept(term);
    }

    private void suspected() {
        lapses++;
        proof.suspected();
    }

    @Test
    void aLeaseThatWasNeverSuspectNeedsNone() {
        proof.renewed(9);

        assertThat(proof.isOpen(lapses)).isFalse();
        assertThat(questions).isEmpty();
    }

    @Test
    void aRenewalInTheTermThatIsTrueBringsASuspectLeaseBack() {
        suspected();
        proof.renewed(9);
        assertThat(proof.isOpen(lapses)).isTrue();

        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
        assertThat(given).isEqualTo(1);
    }

    @Test
    void theWordOfALeaderThatWasVotedOutDoesNot() {
        suspected();
        proof.renewed(9);
        answer(10);
        assertThat(proof.isOpen(lapses)).isTrue();

        proof.renewed(10);
        answer(10);
        assertThat(proof.isOpen(lapses)).isFalse();
    }

    @Test
    void aQuestionThatWasAskedBeforeTheLeaseWasSuspectAgainProvesNothing() {
        suspected();
        proof.renewed(9);
        suspected();
        answer(9);
        assertThat(proof.isOpen(lapses)).isTrue();

        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
    }

    @Test
    void aQuestionThatWasAskedBeforeTheRenewalIsAskedAgain() {
        suspected();
        proof.renewed(9);
        proof.renewed(10);
        answer(10);
        assertThat(proof.isOpen(lapses)).isTrue();

        answer(10);
        assertThat(proof.isOpen(lapses)).isFalse();
        assertThat(questions).isEmpty();
    }

    @Test
    void aRenewalDuringAQuestionFromBeforeIsProvedByTheNextOne() {
        suspected();
        proof.renewed(9);
        suspected();
        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen(lapses)).isTrue();

        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
    }

    @Test
    void aWrongAnswerIsAskedForAgainAfterAWhile() {
        suspected();
        proof.renewed(9);
        answer(10);
        assertThat(questions).isEmpty();

        delayed.remove().run();
        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
        assertThat(given).isEqualTo(1);
        assertThat(delayed).isEmpty();
    }

    @Test
    void whatWasAskedMeanwhileIsNotAskedAgain() {
        suspected();
        proof.renewed(9);
        answer(10);
        proof.renewed(10);
        delayed.remove().run();
        assertThat(questions).hasSize(1);

        answer(10);
        assertThat(proof.isOpen(lapses)).isFalse();
    }

    @Test
    void aLeaseThatIsSuspectAgainAsksWithItsNextRenewal() {
        suspected();
        proof.renewed(9);
        answer(10);
        suspected();
        delayed.remove().run();
        assertThat(questions).isEmpty();

        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
    }

    /** The client has the lease back before the word of its lapse has come. */
    @Test
    void aLapseThatIsNotToldYetIsNotBelievedEither() {
        lapses++;
        assertThat(proof.isOpen(lapses)).isTrue();

        proof.suspected();
        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen(lapses)).isFalse();
    }
}
