package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Phase;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import dev.rollcall.registration.Sighting.Owner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeyClaimTest extends KeyClaimScaffold {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void nothingIsWrittenWithoutALease() {
        assertThat(tell(new ClaimEvent.Offered(LeaseId.NONE))).isEmpty();
        assertThat(tell(new ClaimEvent.Wanted(TWO))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.AWAITING);
    }

    @Test
    void aLeaseLetsTheKeyBeWrittenIfThereIsNone() {
        assertThat(tell(new ClaimEvent.Offered(A))).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
        assertThat(claim.phase()).isEqualTo(Phase.WRITING);
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void aWrittenKeyIsHeld() {
        writing();
        assertThat(tell(new ClaimEvent.Written(5))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.HELD);
        assertThat(claim.isPresent()).isTrue();
        assertThat(claim.isSettled()).isTrue();
    }

    @Test
    void anUpdateIsGuardedByTheRevisionThatWeWrote() {
        held();
        assertThat(tell(new ClaimEvent.Wanted(TWO))).containsExactly(new ClaimAction.Put(under(A, 5), TWO, A));
        assertThat(claim.isPresent()).isTrue();
        assertThat(claim.isSettled()).isFalse();
    }

    @Test
    void ofUpdatesDuringAWriteOnlyTheLastIsWritten() {
        held();
        tell(new ClaimEvent.Wanted(TWO));
        assertThat(tell(new ClaimEvent.Wanted(Bytes.utf8("three")))).isEmpty();
        assertThat(tell(new ClaimEvent.Wanted(Bytes.utf8("four")))).isEmpty();
        assertThat(tell(new ClaimEvent.Written(6)))
                .containsExactly(new ClaimAction.Put(under(A, 6), Bytes.utf8("four"), A));
    }

    @Test
    void anUpdateWaitsWhileTheLeaseIsInDoubt() {
        held();
        tell(new ClaimEvent.Offered(LeaseId.NONE));
        assertThat(claim.phase()).isEqualTo(Phase.HELD);
        assertThat(tell(new ClaimEvent.Wanted(TWO))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.AWAITING);
        assertThat(claim.isPresent()).isTrue();
        assertThat(tell(new ClaimEvent.Offered(A))).containsExactly(new ClaimAction.Put(under(A, 5), TWO, A));
    }

    @Test
    void aFailedWriteIsRepeatedAfterAWaitThatGrows() {
        writing();
        assertThat(tell(new ClaimEvent.Failed())).containsExactly(new ClaimAction.Retry(1));
        assertThat(claim.phase()).isEqualTo(Phase.PAUSED);
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
        assertThat(tell(new ClaimEvent.Failed())).containsExactly(new ClaimAction.Retry(2));
    }

    @Test
    void anUnansweredWriteIsResolvedByReading() {
        writing();
        assertThat(tell(new ClaimEvent.Unanswered())).containsExactly(new ClaimAction.Retry(1));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Read());
        assertThat(claim.phase()).isEqualTo(Phase.READING);
        assertThat(tell(new ClaimEvent.Found(ours(7, ONE, A)))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.HELD);
        assertThat(claim.isPresent()).isTrue();
    }

    @Test
    void anUnansweredWriteThatWasNotDoneIsDoneAgain() {
        writing();
        tell(new ClaimEvent.Unanswered());
        tell(new ClaimEvent.RetryDue());
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(9))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
    }

    @Test
    void aReadThatFailsIsRepeated() {
        writing();
        tell(new ClaimEvent.Unanswered());
        tell(new ClaimEvent.RetryDue());
        assertThat(tell(new ClaimEvent.Failed())).containsExactly(new ClaimAction.Retry(2));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Read());
    }

    @Test
    void ourOwnLeftoverUnderAnotherLeaseOfOursIsMoved() {
        writing();
        assertThat(tell(new ClaimEvent.Found(ours(3, ONE, B))))
                .containsExactly(new ClaimAction.Put(under(B, 3), ONE, A));
    }

    @Test
    void theKeyOfAnEarlierProcessAtOurEndpointIsTakenOverAtOnce() {
        writing();
        Sighting former = new Sighting(Owner.FORMER, 4, 3, THEIRS, TWO);
        assertThat(tell(new ClaimEvent.Found(former))).containsExactly(new ClaimAction.Put(under(THEIRS, 3), ONE, A));
        tell(new ClaimEvent.Written(5));
        assertThat(claim.isPresent()).isTrue();
        assertThat(claim.reason()).contains("taken over", "earlier process", "lease 7");
    }

    @Test
    void whoIsOvertakenAtItsOwnEndpointDoesNotFightBack() {
        held();
        assertThat(tell(new ClaimEvent.Seen(new Sighting(Owner.FORMER, 6, 6, THEIRS, TWO))))
                .containsExactly(new ClaimAction.Wait(KeyClaim.POLL_INTERVAL));
        assertThat(claim.phase()).isEqualTo(Phase.BLOCKED);
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void whatAnEarlierProcessLeftInAStoreThatWentBackIsTakenOver() {
        held();
        assertThat(tell(new ClaimEvent.WentBack())).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(new Sighting(Owner.FORMER, 4, 3, THEIRS, TWO))))
                .containsExactly(new ClaimAction.Put(under(THEIRS, 3), ONE, A));
        assertThat(claim.isPresent()).isFalse();
        tell(new ClaimEvent.Written(5));
        assertThat(claim.isPresent()).isTrue();

        assertThat(tell(new ClaimEvent.Seen(new Sighting(Owner.FORMER, 6, 6, THEIRS, TWO))))
                .as("a process that comes later at our endpoint has the key")
                .containsExactly(new ClaimAction.Wait(KeyClaim.POLL_INTERVAL));
    }

    @Test
    void anotherOwnerIsWaitedFor() {
        writing();
        assertThat(tell(new ClaimEvent.Found(other(3, THEIRS))))
                .containsExactly(new ClaimAction.Wait(KeyClaim.POLL_INTERVAL));
        assertThat(claim.phase()).isEqualTo(Phase.BLOCKED);
        assertThat(claim.reason()).contains("another owner", "lease 7");
    }

    @Test
    void aKeyThatBecomesFreeIsTaken() {
        writing();
        tell(new ClaimEvent.Found(other(3, THEIRS)));
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(8))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
    }

    @Test
    void aKeyOfAnotherIsReadAgainFromTimeToTime() {
        writing();
        tell(new ClaimEvent.Found(other(3, THEIRS)));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(8))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
    }

    @Test
    void anotherOwnerEndsAClaimThatIsNotToWait() {
        claim = claim(OnConflict.FAIL, OnDelete.RESTORE);
        writing();
        assertThat(tell(new ClaimEvent.Found(other(3, THEIRS)))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
        assertThat(claim.end()).isEqualTo(End.CONFLICT);
    }

    @Test
    void theKeyOfAnotherOwnerIsTakenOverByCompareAndSwapIfSoWished() {
        claim = claim(OnConflict.TAKE_OVER, OnDelete.RESTORE);
        writing();
        assertThat(tell(new ClaimEvent.Found(other(3, THEIRS))))
                .containsExactly(new ClaimAction.Put(under(THEIRS, 3), ONE, A));
    }

    @Test
    void whoTookOverAndIsOvertakenWaits() {
        claim = claim(OnConflict.TAKE_OVER, OnDelete.RESTORE);
        held();
        tell(new ClaimEvent.Seen(other(6, THEIRS)));
        assertThat(claim.phase()).isEqualTo(Phase.BLOCKED);
    }

    @Test
    void aKeyDeletedByOthersIsWrittenAgain() {
        held();
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(6))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
        assertThat(claim.isPresent()).isFalse();
        assertThat(claim.wasPresent()).isTrue();
    }

    @Test
    void aKeyDeletedAgainAndAgainIsWrittenOnceInASecond() {
        held();
        tell(new ClaimEvent.Seen(Sighting.nothing(6)));
        tell(new ClaimEvent.Written(7));
        now += SECOND / 4;
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(8))))
                .containsExactly(new ClaimAction.Wait(3 * SECOND / 4));
        assertThat(claim.phase()).isEqualTo(Phase.PAUSED);
        now += 3 * SECOND / 4;
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
    }

    @Test
    void aDeletedKeyThatIsNotToBeRestoredEndsTheClaimIfItsLeaseLives() {
        claim = claim(OnConflict.WAIT, OnDelete.YIELD);
        held();
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(6)))).containsExactly(new ClaimAction.AskLease(A));
        assertThat(claim.phase()).isEqualTo(Phase.ASKING);
        tell(new ClaimEvent.LeaseLives(A));
        assertThat(claim.end()).isEqualTo(End.YIELDED);
    }

    @Test
    void aKeyThatWentWithItsLeaseIsWrittenAgainWhateverIsWishedForDeletions() {
        claim = claim(OnConflict.WAIT, OnDelete.YIELD);
        held();
        tell(new ClaimEvent.Seen(Sighting.nothing(6)));
        tell(new ClaimEvent.Forfeited(A));
        assertThat(claim.phase()).isEqualTo(Phase.AWAITING);
        assertThat(tell(new ClaimEvent.Offered(B))).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, B));
    }

    @Test
    void aKeyOverwrittenWithoutALeaseIsPutRight() {
        held();
        assertThat(tell(new ClaimEvent.Seen(other(6, LeaseId.NONE))))
                .containsExactly(new ClaimAction.Put(new Standing(6, LeaseId.NONE, TWO), ONE, A));
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void aValueOverwrittenUnderOurLeaseIsPutRight() {
        held();
        assertThat(tell(new ClaimEvent.Seen(ours(6, TWO, A))))
                .containsExactly(new ClaimAction.Put(under(A, 6), ONE, A));
    }

    @Test
    void aKeyOverwrittenByAnOwnerThatLivesIsLeftToIt() {
        held();
        tell(new ClaimEvent.Seen(other(6, THEIRS)));
        assertThat(claim.phase()).isEqualTo(Phase.BLOCKED);
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void whatIsOlderThanWhatWeKnowIsIgnored() {
        held();
        assertThat(tell(new ClaimEvent.Seen(other(4, THEIRS)))).isEmpty();
        assertThat(tell(new ClaimEvent.Seen(ours(5, ONE, A)))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.HELD);
    }

    @Test
    void whatIsSeenDuringAWriteCountsAfterIt() {
        held();
        tell(new ClaimEvent.Wanted(TWO));
        assertThat(tell(new ClaimEvent.Seen(Sighting.nothing(7)))).isEmpty();
        assertThat(tell(new ClaimEvent.Written(6))).containsExactly(new ClaimAction.Put(Standing.NOTHING, TWO, A));
    }

    @Test
    void ourOwnWriteSeenBeforeItsAnswerIsNoDisturbance() {
        held();
        tell(new ClaimEvent.Wanted(TWO));
        tell(new ClaimEvent.Seen(ours(6, TWO, A)));
        assertThat(tell(new ClaimEvent.Written(6))).isEmpty();
        assertThat(claim.isSettled()).isTrue();
    }

    @Test
    void aLostLeaseTakesItsKeyWithIt() {
        held();
        assertThat(tell(new ClaimEvent.Forfeited(A))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.AWAITING);
        assertThat(claim.isPresent()).isFalse();
        assertThat(tell(new ClaimEvent.Offered(B))).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, B));
    }

    @Test
    void aWriteUnderALeaseThatIsLostMeanwhileDoesNotCount() {
        writing();
        tell(new ClaimEvent.Forfeited(A));
        assertThat(tell(new ClaimEvent.Written(5))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.AWAITING);
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void aPutRefusedForWantOfItsLeaseReportsIt() {
        writing();
        assertThat(tell(new ClaimEvent.NoLease()))
                .containsExactly(new ClaimAction.ReportLost(A), new ClaimAction.Retry(1));
        tell(new ClaimEvent.Forfeited(A));
        assertThat(tell(new ClaimEvent.Offered(B))).containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, B));
    }

    @Test
    void aKeyMovesToAnotherLeaseWithoutEverBeingAway() {
        held();
        assertThat(tell(new ClaimEvent.Offered(B))).containsExactly(new ClaimAction.Put(under(A, 5), ONE, B));
        assertThat(claim.isPresent()).isTrue();
        assertThat(claim.dependsOn(A)).isTrue();
        tell(new ClaimEvent.Written(6));
        assertThat(claim.dependsOn(A)).isFalse();
        assertThat(claim.dependsOn(B)).isTrue();
        assertThat(claim.isSettled()).isTrue();
    }

    @Test
    void aKeyMayLiveByEitherLeaseAfterAMoveThatWasNotAnswered() {
        held();
        tell(new ClaimEvent.Offered(B));
        tell(new ClaimEvent.Unanswered());
        assertThat(claim.dependsOn(A)).isTrue();
        assertThat(claim.dependsOn(B)).isTrue();
    }

    @Test
    void aDoubtIsResolvedByReading() {
        held();
        assertThat(tell(new ClaimEvent.Doubted())).containsExactly(new ClaimAction.Read());
        assertThat(claim.isPresent()).isTrue();
        assertThat(tell(new ClaimEvent.Found(Sighting.nothing(2))))
                .containsExactly(new ClaimAction.Put(Standing.NOTHING, ONE, A));
        assertThat(claim.isPresent()).isFalse();
    }

    @Test
    void aDoubtDuringAWriteIsResolvedAfterIt() {
        writing();
        assertThat(tell(new ClaimEvent.Doubted())).isEmpty();
        assertThat(tell(new ClaimEvent.Written(5))).containsExactly(new ClaimAction.Read());
    }

    @Test
    void aKeyThatAnAuditMissesIsReadUnlessItChangedSince() {
        held();
        assertThat(tell(new ClaimEvent.Missed(4))).isEmpty();
        assertThat(tell(new ClaimEvent.Missed(5))).containsExactly(new ClaimAction.Read());
    }

    @Test
    void leavingSaysFarewellThenDeletesWhatWeWrote() {
        held();
        assertThat(tell(new ClaimEvent.Leave(BYE, false))).containsExactly(new ClaimAction.Put(under(A, 5), BYE, A));
        assertThat(claim.phase()).isEqualTo(Phase.LEAVING);
        assertThat(tell(new ClaimEvent.Written(6))).containsExactly(new ClaimAction.Delete(under(A, 6)));
        assertThat(claim.phase()).isEqualTo(Phase.DELETING);
        assertThat(tell(new ClaimEvent.Deleted(7))).isEmpty();
        assertThat(claim.end()).isEqualTo(End.LEFT);
    }

    @Test
    void leavingWithoutAFarewellOnlyDeletes() {
        held();
        assertThat(tell(new ClaimEvent.Leave(Bytes.EMPTY, false))).containsExactly(new ClaimAction.Delete(under(A, 5)));
    }

    @Test
    void leavingWhileTheLeaseIsInDoubtOnlyDeletes() {
        held();
        tell(new ClaimEvent.Offered(LeaseId.NONE));
        assertThat(tell(new ClaimEvent.Leave(BYE, false))).containsExactly(new ClaimAction.Delete(under(A, 5)));
    }

    @Test
    void leavingWithTheLeaseSaysFarewellAndDeletesNothing() {
        held();
        assertThat(tell(new ClaimEvent.Leave(BYE, true))).containsExactly(new ClaimAction.Put(under(A, 5), BYE, A));
        assertThat(tell(new ClaimEvent.Written(6))).isEmpty();
        assertThat(claim.end()).isEqualTo(End.LEFT);
    }

    @Test
    void leavingAStoreThatRefusesTheFarewellDeletesAtOnce() {
        held();
        tell(new ClaimEvent.Leave(BYE, false));
        assertThat(tell(new ClaimEvent.Refused())).containsExactly(new ClaimAction.Delete(under(A, 5)));
        assertThat(claim.phase()).isEqualTo(Phase.DELETING);
    }

    @Test
    void leavingAStoreThatIsAwaySaysFarewellLater() {
        held();
        tell(new ClaimEvent.Leave(BYE, false));
        assertThat(tell(new ClaimEvent.Failed())).containsExactly(new ClaimAction.Retry(1));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Put(under(A, 5), BYE, A));
    }

    @Test
    void leavingWithTheLeaseDoesNotInsist() {
        held();
        tell(new ClaimEvent.Leave(BYE, true));
        assertThat(tell(new ClaimEvent.Unanswered())).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void leavingBeforeAnythingWasWrittenEndsAtOnce() {
        assertThat(tell(new ClaimEvent.Leave(BYE, false))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void leavingDuringTheFirstWriteDeletesWhatItWrote() {
        writing();
        assertThat(tell(new ClaimEvent.Leave(Bytes.EMPTY, false))).isEmpty();
        assertThat(tell(new ClaimEvent.Written(5))).containsExactly(new ClaimAction.Delete(under(A, 5)));
    }

    @Test
    void leavingNeverTouchesTheKeyOfAnother() {
        held();
        tell(new ClaimEvent.Leave(Bytes.EMPTY, false));
        assertThat(tell(new ClaimEvent.Found(other(6, THEIRS)))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void leavingWhileBlockedEndsAtOnce() {
        writing();
        tell(new ClaimEvent.Found(other(3, THEIRS)));
        assertThat(tell(new ClaimEvent.Leave(BYE, false))).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void anUnansweredDeletionIsResolvedByReading() {
        held();
        tell(new ClaimEvent.Leave(Bytes.EMPTY, false));
        assertThat(tell(new ClaimEvent.Unanswered())).containsExactly(new ClaimAction.Retry(1));
        assertThat(tell(new ClaimEvent.RetryDue())).containsExactly(new ClaimAction.Read());
        assertThat(tell(new ClaimEvent.Found(ours(5, ONE, A)))).containsExactly(new ClaimAction.Delete(under(A, 5)));
    }

    @Test
    void theEndOfTheLeaseEndsALeaveThatGotNoAnswer() {
        held();
        tell(new ClaimEvent.Leave(Bytes.EMPTY, false));
        tell(new ClaimEvent.Failed());
        tell(new ClaimEvent.Forfeited(A));
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void nothingComesAfterTheEnd() {
        tell(new ClaimEvent.Leave(BYE, false));
        assertThat(tell(new ClaimEvent.Offered(A))).isEmpty();
        assertThat(tell(new ClaimEvent.Wanted(TWO))).isEmpty();
        assertThat(tell(new ClaimEvent.RetryDue())).isEmpty();
        assertThat(claim.phase()).isEqualTo(Phase.ENDED);
    }
}
