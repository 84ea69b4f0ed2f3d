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
    private final LeaseProof proof = new LeaseProof(questions::add, delayed::add, () -> given++);

    private void answer(long term) {
        questions.remove().accept(term);
    }

    @Test
    void aLeaseThatWasNeverSuspectNeedsNone() {
        proof.renewed(9);

        assertThat(proof.isOpen()).isFalse();
        assertThat(questions).isEmpty();
    }

    @Test
    void aRenewalInTheTermThatIsTrueBringsASuspectLeaseBack() {
        proof.suspected();
        proof.renewed(9);
        assertThat(proof.isOpen()).isTrue();

        answer(9);
        assertThat(proof.isOpen()).isFalse();
        assertThat(given).isEqualTo(1);
    }

    @Test
    void theWordOfALeaderThatWasVotedOutDoesNot() {
        proof.suspected();
        proof.renewed(9);
        answer(10);
        assertThat(proof.isOpen()).isTrue();

        proof.renewed(10);
        answer(10);
        assertThat(proof.isOpen()).isFalse();
    }

    @Test
    void aQuestionThatWasAskedBeforeTheLeaseWasSuspectAgainProvesNothing() {
        proof.suspected();
        proof.renewed(9);
        proof.suspected();
        answer(9);
        assertThat(proof.isOpen()).isTrue();

        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen()).isFalse();
    }

    @Test
    void aQuestionThatWasAskedBeforeTheRenewalIsAskedAgain() {
        proof.suspected();
        proof.renewed(9);
        proof.renewed(10);
        answer(10);
        assertThat(proof.isOpen()).isTrue();

        answer(10);
        assertThat(proof.isOpen()).isFalse();
        assertThat(questions).isEmpty();
    }

    @Test
    void aRenewalDuringAQuestionFromBeforeIsProvedByTheNextOne() {
        proof.suspected();
        proof.renewed(9);
        proof.suspected();
        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen()).isTrue();

        answer(9);
        assertThat(proof.isOpen()).isFalse();
    }

    @Test
    void aWrongAnswerIsAskedForAgainAfterAWhile() {
        proof.suspected();
        proof.renewed(9);
        answer(10);
        assertThat(questions).isEmpty();

        delayed.remove().run();
        answer(9);
        assertThat(proof.isOpen()).isFalse();
        assertThat(given).isEqualTo(1);
        assertThat(delayed).isEmpty();
    }

    @Test
    void whatWasAskedMeanwhileIsNotAskedAgain() {
        proof.suspected();
        proof.renewed(9);
        answer(10);
        proof.renewed(10);
        delayed.remove().run();
        assertThat(questions).hasSize(1);

        answer(10);
        assertThat(proof.isOpen()).isFalse();
    }

    @Test
    void aLeaseThatIsSuspectAgainAsksWithItsNextRenewal() {
        proof.suspected();
        proof.renewed(9);
        answer(10);
        proof.suspected();
        delayed.remove().run();
        assertThat(questions).isEmpty();

        proof.renewed(9);
        answer(9);
        assertThat(proof.isOpen()).isFalse();
    }
}
