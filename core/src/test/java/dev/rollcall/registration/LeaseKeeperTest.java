package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.LeaseKeeper.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {

    private static final LeaseId A = new LeaseId(0xa);
    private static final LeaseId B = new LeaseId(0xb);
    private static final LeaseId C = new LeaseId(0xc);
    private static final long LATER = TimeUnit.SECONDS.toNanos(10);

    private LeaseKeeper keeper = LeaseKeeper.idle();
    private long now;

    private List<LeaseAction> tell(LeaseEvent event) {
        LeaseKeeper.Step step = keeper.step(event, now);
        keeper = step.state();
        return step.actions();
    }

    private void held() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Granted(A, 1));
    }

    private void moving() {
        held();
        tell(new LeaseEvent.Renewed(A, 2));
        tell(new LeaseEvent.Granted(B, 2));
    }

    @Test
    void theFirstNeedAsksForALease() {
        assertThat(tell(new LeaseEvent.Needed())).containsExactly(new LeaseAction.Grant());
        assertThat(keeper.phase()).isEqualTo(Phase.GRANTING);
    }

    @Test
    void furtherNeedsAskForNothing() {
        tell(new LeaseEvent.Needed());
        assertThat(tell(new LeaseEvent.Needed())).isEmpty();
        tell(new LeaseEvent.Granted(A, 1));
        assertThat(tell(new LeaseEvent.Needed())).isEmpty();
    }

    @Test
    void aGrantedLeaseIsKeptAndOffered() {
        tell(new LeaseEvent.Needed());
        assertThat(tell(new LeaseEvent.Granted(A, 1)))
                .containsExactly(new LeaseAction.Keep(A), new LeaseAction.Offer(A));
        assertThat(keeper.phase()).isEqualTo(Phase.HELD);
    }

    @Test
    void aGrantThatFailedIsAskedForAgainAfterAWaitThatGrows() {
        tell(new LeaseEvent.Needed());
        assertThat(tell(new LeaseEvent.GrantFailed())).containsExactly(new LeaseAction.Retry(1));
        assertThat(keeper.phase()).isEqualTo(Phase.PAUSED);
        assertThat(tell(new LeaseEvent.RetryDue())).containsExactly(new LeaseAction.Grant());
        assertThat(keeper.phase()).isEqualTo(Phase.GRANTING);
        assertThat(tell(new LeaseEvent.GrantFailed())).containsExactly(new LeaseAction.Retry(2));
    }

    @Test
    void nothingIsWrittenUnderALeaseThatMayHaveRunOut() {
        held();
        assertThat(tell(new LeaseEvent.Doubted(A))).containsExactly(new LeaseAction.Offer(LeaseId.NONE));
        assertThat(keeper.phase()).isEqualTo(Phase.SUSPECT);
    }

    @Test
    void aLateRenewalMakesALeaseGoodAgainAndItsKeysAreAudited() {
        held();
        tell(new LeaseEvent.Doubted(A));
        assertThat(tell(new LeaseEvent.Renewed(A, 1)))
                .containsExactly(new LeaseAction.Offer(A), new LeaseAction.Audit(A));
        assertThat(keeper.phase()).isEqualTo(Phase.HELD);
    }

    @Test
    void aLostLeaseIsForfeitedAndReplacedAtOnce() {
        held();
        now = LATER;
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A), new LeaseAction.Grant());
        assertThat(keeper.phase()).isEqualTo(Phase.GRANTING);
    }

    @Test
    void aSuspectLeaseMayTurnOutToBeLost() {
        held();
        tell(new LeaseEvent.Doubted(A));
        now = LATER;
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A), new LeaseAction.Grant());
    }

    @Test
    void leasesThatAreLostAtOnceAreReplacedMoreAndMoreSlowly() {
        held();
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A), new LeaseAction.Retry(1));
        assertThat(keeper.phase()).isEqualTo(Phase.PAUSED);
        tell(new LeaseEvent.RetryDue());
        tell(new LeaseEvent.Granted(B, 1));
        assertThat(tell(new LeaseEvent.Lost(B))).containsExactly(new LeaseAction.Forfeit(B), new LeaseAction.Retry(2));
    }

    @Test
    void wordOfALeaseThatIsNotOursChangesNothing() {
        held();
        LeaseKeeper before = keeper;
        assertThat(tell(new LeaseEvent.Lost(B))).isEmpty();
        assertThat(tell(new LeaseEvent.Doubted(B))).isEmpty();
        assertThat(tell(new LeaseEvent.Vacated(B))).isEmpty();
        assertThat(tell(new LeaseEvent.Lost(LeaseId.NONE))).isEmpty();
        assertThat(keeper).isEqualTo(before);
    }

    @Test
    void anElectionAsksForASpareLease() {
        held();
        assertThat(tell(new LeaseEvent.Renewed(A, 2))).containsExactly(new LeaseAction.Grant());
        assertThat(tell(new LeaseEvent.Renewed(A, 3))).isEmpty();
        assertThat(keeper.phase()).isEqualTo(Phase.HELD);
        assertThat(keeper.lease()).isEqualTo(A);
    }

    @Test
    void aRenewalInTheSameTermAsksForNothing() {
        held();
        assertThat(tell(new LeaseEvent.Renewed(A, 1))).isEmpty();
    }

    @Test
    void theSpareLeaseIsOfferedWhileTheOtherLivesOn() {
        held();
        tell(new LeaseEvent.Renewed(A, 2));
        assertThat(tell(new LeaseEvent.Granted(B, 2)))
                .containsExactly(new LeaseAction.Keep(B), new LeaseAction.Offer(B));
        assertThat(keeper.lease()).isEqualTo(B);
        assertThat(keeper.outgoing()).isEqualTo(A);
    }

    @Test
    void theOtherIsRevokedOnceItsKeysHaveMoved() {
        moving();
        assertThat(tell(new LeaseEvent.Vacated(A))).containsExactly(new LeaseAction.Revoke(A));
        assertThat(keeper.outgoing()).isEqualTo(LeaseId.NONE);
    }

    @Test
    void anElectionDuringTheSwapCausesAnotherAfterIt() {
        moving();
        assertThat(tell(new LeaseEvent.Renewed(B, 3))).isEmpty();
        assertThat(tell(new LeaseEvent.Vacated(A))).containsExactly(new LeaseAction.Revoke(A), new LeaseAction.Grant());
    }

    /** The raft term of a wiped store begins anew; what the old one's was says nothing about an election in the new one. */
    @Test
    void aStoreThatWentBackInTermIsNotMistakenForAnElection() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Granted(A, 9));
        now = LATER;
        tell(new LeaseEvent.Lost(A));
        tell(new LeaseEvent.Granted(B, 2));
        tell(new LeaseEvent.Doubted(B));
        assertThat(tell(new LeaseEvent.Renewed(B, 2)))
                .containsExactly(new LeaseAction.Offer(B), new LeaseAction.Audit(B));

        assertThat(tell(new LeaseEvent.Renewed(B, 3))).containsExactly(new LeaseAction.Grant());
    }

    /** A store that was put back to a moment when the lease lived knows it still; it may have had elections before anybody heard of it again. */
    @Test
    void aLeaseThatCameBackInALowerTermIsSwappedAtOnceAndAtTheNextElection() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Granted(A, 9));
        assertThat(tell(new LeaseEvent.Renewed(A, 2))).containsExactly(new LeaseAction.Grant());
        tell(new LeaseEvent.Granted(B, 2));
        tell(new LeaseEvent.Vacated(A));
        assertThat(tell(new LeaseEvent.Renewed(B, 2))).isEmpty();

        assertThat(tell(new LeaseEvent.Renewed(B, 3))).containsExactly(new LeaseAction.Grant());
    }

    /** Its elections may have come to the very term that the lease was granted in. */
    @Test
    void aLeaseOfAStoreThatWasPutBackIsSwappedThoughTheTermIsTheSame() {
        held();
        assertThat(tell(new LeaseEvent.WentBack())).containsExactly(new LeaseAction.Grant());
        tell(new LeaseEvent.Granted(B, 1));
        tell(new LeaseEvent.Vacated(A));
        assertThat(tell(new LeaseEvent.Renewed(B, 1))).isEmpty();
    }

    @Test
    void aStoreThatWasPutBackWhileTheLeaseIsSuspectCausesASwapWhenItIsHeldAgain() {
        held();
        tell(new LeaseEvent.Doubted(A));
        assertThat(tell(new LeaseEvent.WentBack())).isEmpty();
        assertThat(tell(new LeaseEvent.Renewed(A, 1)))
                .containsExactly(new LeaseAction.Offer(A), new LeaseAction.Audit(A), new LeaseAction.Grant());
    }

    @Test
    void aSpareThatAWipedStoreGrantedIsNotSwappedAgainAndAgain() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Granted(A, 8));
        tell(new LeaseEvent.Renewed(A, 9));
        tell(new LeaseEvent.Granted(B, 2));
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A));
    }

    @Test
    void aSpareThatIsNotGrantedIsAskedForAgain() {
        held();
        tell(new LeaseEvent.Renewed(A, 2));
        assertThat(tell(new LeaseEvent.GrantFailed())).containsExactly(new LeaseAction.Retry(1));
        assertThat(keeper.phase()).isEqualTo(Phase.HELD);
        assertThat(tell(new LeaseEvent.RetryDue())).containsExactly(new LeaseAction.Grant());
    }

    @Test
    void anOutgoingLeaseThatIsLostIsForfeited() {
        moving();
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A));
        assertThat(keeper.phase()).isEqualTo(Phase.HELD);
        assertThat(keeper.outgoing()).isEqualTo(LeaseId.NONE);
    }

    @Test
    void aNewLeaseThatIsLostDuringTheSwapLeavesTheOtherAlone() {
        moving();
        now = LATER;
        assertThat(tell(new LeaseEvent.Lost(B))).containsExactly(new LeaseAction.Forfeit(B), new LeaseAction.Grant());
        assertThat(tell(new LeaseEvent.Granted(C, 2)))
                .containsExactly(new LeaseAction.Keep(C), new LeaseAction.Offer(C));
        assertThat(keeper.outgoing()).isEqualTo(A);
    }

    @Test
    void aLeaseLostWhileItsSpareIsOnTheWayIsReplacedByIt() {
        held();
        tell(new LeaseEvent.Renewed(A, 2));
        now = LATER;
        assertThat(tell(new LeaseEvent.Lost(A))).containsExactly(new LeaseAction.Forfeit(A));
        assertThat(tell(new LeaseEvent.Granted(B, 2)))
                .containsExactly(new LeaseAction.Keep(B), new LeaseAction.Offer(B));
        assertThat(keeper.outgoing()).isEqualTo(LeaseId.NONE);
    }

    @Test
    void whatNobodyNeedsIsRevoked() {
        moving();
        assertThat(tell(new LeaseEvent.Released()))
                .containsExactlyInAnyOrder(new LeaseAction.Revoke(A), new LeaseAction.Revoke(B));
        assertThat(keeper.phase()).isEqualTo(Phase.IDLE);
    }

    @Test
    void aGrantThatComesWhenNobodyNeedsItAnyMoreIsRevoked() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Released());
        assertThat(tell(new LeaseEvent.Granted(A, 1))).containsExactly(new LeaseAction.Revoke(A));
        assertThat(keeper.phase()).isEqualTo(Phase.IDLE);
    }

    @Test
    void aGrantUnderWayServesWhoComesNext() {
        tell(new LeaseEvent.Needed());
        tell(new LeaseEvent.Released());
        assertThat(tell(new LeaseEvent.Needed())).isEmpty();
        assertThat(tell(new LeaseEvent.Granted(A, 1)))
                .containsExactly(new LeaseAction.Keep(A), new LeaseAction.Offer(A));
    }

    @Test
    void closingRevokesAndNothingComesAfterIt() {
        held();
        assertThat(tell(new LeaseEvent.Closed())).containsExactly(new LeaseAction.Revoke(A));
        assertThat(keeper.phase()).isEqualTo(Phase.CLOSED);
        assertThat(tell(new LeaseEvent.Needed())).isEmpty();
        assertThat(tell(new LeaseEvent.RetryDue())).isEmpty();
        assertThat(tell(new LeaseEvent.Granted(B, 1))).containsExactly(new LeaseAction.Revoke(B));
        assertThat(keeper.phase()).isEqualTo(Phase.CLOSED);
    }

    /** Whatever happens in whatever order: one grant at a time, each lease that was granted is in use, forfeited or revoked. */
    @Test
    void noLeaseIsEverForgotten() {
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            keeper = LeaseKeeper.idle();
            now = 0;
            Set<LeaseId> alive = new HashSet<>();
            int grants = 0;
            long id = 1;
            for (int i = 0; i < 60; i++) {
                now += random.nextLong(TimeUnit.SECONDS.toNanos(1));
                LeaseEvent event = any(random, grants > 0, new LeaseId(id), alive);
                if (event instanceof LeaseEvent.Granted granted) {
                    alive.add(granted.lease());
                    id++;
                    grants--;
                } else if (event instanceof LeaseEvent.GrantFailed) {
                    grants--;
                }
                for (LeaseAction action : tell(event)) {
                    if (action instanceof LeaseAction.Grant) {
                        grants++;
                    } else if (action instanceof LeaseAction.Forfeit forfeit) {
                        assertThat(alive.remove(forfeit.lease()))
                                .as("seed %d", seed)
                                .isTrue();
                    } else if (action instanceof LeaseAction.Revoke revoke) {
                        assertThat(alive.remove(revoke.lease()))
                                .as("seed %d", seed)
                                .isTrue();
                    }
                }
                Set<LeaseId> used = new HashSet<>(List.of(keeper.lease()));
                used.add(keeper.outgoing());
                used.remove(LeaseId.NONE);
                assertThat(alive).as("seed %d, step %d", seed, i).isEqualTo(used);
                assertThat(grants).as("seed %d, step %d", seed, i).isBetween(0, 1);
                assertThat(grants == 1).as("seed %d, step %d", seed, i).isEqualTo(keeper.granting());
            }
        }
    }

    private static LeaseEvent any(SplittableRandom random, boolean granting, LeaseId next, Set<LeaseId> alive) {
        LeaseId some = alive.isEmpty()
                ? LeaseId.NONE
                : alive.stream().skip(random.nextInt(alive.size())).findFirst().orElseThrow();
        return switch (random.nextInt(12)) {
            case 0, 1 -> new LeaseEvent.Needed();
            case 2 -> new LeaseEvent.Released();
            case 3, 4, 5 -> granting ? new LeaseEvent.Granted(next, random.nextInt(3)) : new LeaseEvent.Needed();
            case 6 -> granting ? new LeaseEvent.GrantFailed() : new LeaseEvent.RetryDue();
            case 7 -> new LeaseEvent.RetryDue();
            case 8 -> new LeaseEvent.Renewed(some, random.nextInt(5));
            case 9 -> new LeaseEvent.Doubted(some);
            case 10 -> new LeaseEvent.Lost(some);
            default -> new LeaseEvent.Vacated(some);
        };
    }
}
