package dev.rollcall.etcd;

import static dev.rollcall.etcd.Reachability.Phase.PROBING;
import static dev.rollcall.etcd.Reachability.Phase.REACHABLE;
import static dev.rollcall.etcd.Reachability.Phase.REFUSING;
import static dev.rollcall.etcd.Reachability.Phase.UNPROVEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReachabilityTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** An attempt that begins at 0. */
    private static final Reachability FIRST = Reachability.START.dialing(0);

    @Test
    void anUnprovenEndpointIsProbedByOneAttempt() {
        assertThat(Reachability.START.phase()).isEqualTo(UNPROVEN);
        assertThat(Reachability.START.mayDial(0)).isTrue();
        assertThat(FIRST.phase()).isEqualTo(PROBING);
        assertThat(FIRST.mayDial(Reachability.SLOW_NANOS - 1)).isFalse();
    }

    @Test
    void besideASlowAttemptTheNextOneBegins() {
        assertThat(FIRST.mayDial(Reachability.SLOW_NANOS)).isTrue();
        Reachability second = FIRST.dialing(Reachability.SLOW_NANOS);
        assertThat(second.phase()).isEqualTo(PROBING);
        assertThat(second.mayDial(2 * Reachability.SLOW_NANOS - 1)).isFalse();
    }

    @Test
    void aReachableEndpointIsDialledByAllLanesAtOnce() {
        Reachability reachable = FIRST.dialed();
        assertThat(reachable.phase()).isEqualTo(REACHABLE);
        assertThat(reachable.dialing(0).mayDial(0)).isTrue();
    }

    @Test
    void aReachableEndpointThatBecomesSlowIsProbedByOneAttemptAgain() {
        Reachability slow = FIRST.dialed().dialing(SECOND).slow();
        assertThat(slow.phase()).isEqualTo(PROBING);
        assertThat(slow.mayDial(SECOND + Reachability.SLOW_NANOS - 1)).isFalse();
        assertThat(slow.mayDial(SECOND + Reachability.SLOW_NANOS)).isTrue();
    }

    @Test
    void slownessChangesNothingForAnEndpointThatRefuses() {
        Reachability refusing = FIRST.failed(0);
        assertThat(refusing.slow()).isEqualTo(refusing);
    }

    @Test
    void aFailedAttemptIsFollowedByTheNextASecondLater() {
        Reachability refusing = FIRST.failed(0);
        assertThat(refusing.phase()).isEqualTo(REFUSING);
        assertThat(refusing.mayDial(SECOND - 1)).isFalse();
        assertThat(refusing.mayDial(SECOND)).isTrue();
        assertThat(refusing.dialing(SECOND).phase()).isEqualTo(PROBING);
    }

    @Test
    void theSecondCountsFromTheLastAttemptWhicheverFails() {
        Reachability second = FIRST.dialing(Reachability.SLOW_NANOS);
        assertThat(second.failed(0).mayDial(Reachability.SLOW_NANOS + SECOND - 1))
                .isFalse();
        assertThat(second.failed(0).mayDial(Reachability.SLOW_NANOS + SECOND)).isTrue();
    }

    @Test
    void anAnswerToAnyAttemptMakesAnEndpointReachable() {
        assertThat(FIRST.dialing(Reachability.SLOW_NANOS).failed(0).dialed().phase())
                .isEqualTo(REACHABLE);
    }

    @Test
    void clientsAreSpreadByAFifth() {
        Reachability refusing = FIRST.failed(1);
        assertThat(refusing.mayDial(SECOND + SECOND / 5 - 1)).isFalse();
        assertThat(refusing.mayDial(SECOND + SECOND / 5)).isTrue();
    }

    @Test
    void aBrokenConnectionMakesAReachableEndpointUnproven() {
        Reachability lost = FIRST.dialed().lost(0, SECOND, 0);
        assertThat(lost.phase()).isEqualTo(UNPROVEN);
        assertThat(lost.mayDial(SECOND)).isTrue();
        assertThat(FIRST.failed(0).lost(0, SECOND, 0).phase()).isEqualTo(REFUSING);
    }

    @Test
    void aConnectionThatDidNotLiveForASecondCountsAsAFailedAttempt() {
        Reachability cutOff = FIRST.dialed().lost(0, SECOND - 1, 0);
        assertThat(cutOff.phase()).isEqualTo(REFUSING);
        assertThat(cutOff.mayDial(SECOND - 1)).isFalse();
        assertThat(cutOff.mayDial(SECOND)).isTrue();
    }

    @Test
    void aMemberThatLetsTwoCallsInARowRunIntoTheirDeadlineIsSkippedForAWhile() {
        Reachability once = Reachability.START.timedOut(0);
        assertThat(once.skipped(0)).isFalse();
        Reachability twice = once.timedOut(SECOND);
        assertThat(twice.skipped(2 * SECOND)).isTrue();
        assertThat(twice.skipped(SECOND + Reachability.SKIP_NANOS)).isFalse();
    }

    @Test
    void anAnswerEndsTheSkipping() {
        assertThat(Reachability.START.timedOut(0).timedOut(0).answered().skipped(1))
                .isFalse();
        assertThat(Reachability.START.timedOut(0).answered().timedOut(0).skipped(1))
                .isFalse();
    }
}
