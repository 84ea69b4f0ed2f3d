package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.EtcdSpec;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registrants into a store that was wiped, overtaken by others, or restored; {@code tools/mass-return} does it at full size. */
@Tag("contract")
class StoreThatWentBackTest {

    @ParameterizedTest
    @EnumSource(names = {"OVERTAKEN", "RESTORED_LATELY"})
    void everyOwnerRegistersAgainAndNobodyIsShownDown(Regress regress) {
        assertReturned(MassReturn.run(EtcdSpec.real("3.5.16"), regress, 0, 8, 20), 160);
    }

    /** There a wipe changes the cluster's id. */
    @Test
    void soItIsInAnotherCluster() {
        assertReturned(MassReturn.run(EtcdSpec.embedded(), Regress.WIPED, 0, 8, 20), 160);
    }

    private static void assertReturned(MassReturn.Outcome outcome, int keys) {
        assertThat(outcome.keys())
                .as("%s", outcome)
                .hasSize(keys)
                .noneMatch(kv -> kv.lease().isNone());
        assertThat(outcome.allBack())
                .as("%s", outcome)
                .isLessThan(Duration.ofSeconds(5).toNanos());
        assertThat(outcome.consumerTook())
                .as("%s", outcome)
                .isLessThan(Duration.ofSeconds(2).toNanos());
        assertThat(outcome.downs()).as("%s", outcome).isZero();
    }
}
