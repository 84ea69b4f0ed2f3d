package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One round of {@code tools/frozen-leader}. */
@Tag("contract")
class FrozenLeaderTest {

    private static final String VERSION = "3.5.16";

    @Test
    void nothingIsLostWhileTheLeaderIsFrozenAndNobodyIsShownDown() {
        Round round = FrozenLeader.run(MemberFault.FROZEN_LEADER, VERSION, 1, System.nanoTime())
                .get(0);
        assertThat(round.leases()).allSatisfy(lease -> {
            assertThat(lease.lostBefore()).as("lost while frozen, %s", round).isZero();
            assertThat(lease.longestAway())
                    .as("away, %s", round)
                    .isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
            assertThat(lease.downs().guarded()).as("shown down, %s", round).isZero();
            assertThat(lease.downs().graced()).as("shown down, %s", round).isZero();
        });
    }
}
