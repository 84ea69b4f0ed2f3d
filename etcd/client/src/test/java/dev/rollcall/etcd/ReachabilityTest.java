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

    @Test
    void anUnprovenEndpointIsProbedByOneAttempt() {
        assertThat(Reachability.START.phase()).isEqualTo(UNPROVEN);
        assertThat(Reachability.START.mayDial(0)).isTrue();
        Reachability probing = Reachability.START.dialing();
        assertThat(probing.phase()).isEqualTo(PROBING);
        assertThat(probing.mayDial(100 * SECOND)).isFalse();
    }

    @Test
    void aReachableEndpointIsDialledByAllLanesAtOnce() {
        Reachability reachable = Reachability.START.dialing().dialed();
        assertThat(reachable.phase()).isEqualTo(REACHABLE);
        assertThat(reachable.dialing().mayDial(0)).isTrue();
    }

    @Test
    void aFailedAttemptIsFollowedByTheNextASecondLater() {
        Reachability refusing = Reachability.START.dialing().failed(0, 0);
        assertThat(refusing.phase()).isEqualTo(REFUSING);
        assertThat(refusing.mayDial(SECOND - 1)).isFalse();
        assertThat(refusing.mayDial(SECOND)).isTrue();
        assertThat(refusing.dialing().phase()).isEqualTo(PROBING);
    }

    @Test
    void clientsAreSpreadByAFifth() {
        Reachability refusing = Reachability.START.dialing().failed(0, 1);
        assertThat(refusing.mayDial(SECOND + SECOND / 5 - 1)).isFalse();
        assertThat(refusing.mayDial(SECOND + SECOND / 5)).isTrue();
    }

    @Test
    void aBrokenConnectionMakesAReachableEndpointUnproven() {
        Reachability reachable = Reachability.START.dialing().dialed();
        assertThat(reachable.lost(0, SECOND, 0).phase()).isEqualTo(UNPROVEN);
        assertThat(Reachability.START.dialing().failed(0, 0).lost(0, SECOND, 0).phase())
                .isEqualTo(REFUSING);
    }

    @Test
    void aConnectionThatDidNotLiveForASecondCountsAsAFailedAttempt() {
        Reachability cutOff = Reachability.START.dialing().dialed().lost(0, SECOND - 1, 0);
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
