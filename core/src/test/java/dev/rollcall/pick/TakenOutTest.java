package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.instance.Overlay;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TakenOutTest {

    private static final Instance A = Instance.of("user", "a:1");
    private static final Instance B = Instance.of("user", "b:1");
    private static final Instance C = Instance.of("user", "c:1");

    static Stream<PickStrategy> all() {
        return PickStrategyTest.all();
    }

    /** Snapshots made by hand are of keys that were created at revision 1. */
    private static Overlay out(Instance instance, String reason) {
        return Overlay.out(instance.identity(), Incarnation.ofKey(1), reason);
    }

    @ParameterizedTest
    @MethodSource("all")
    void noStrategyPicksWhoIsTakenOutByHand(PickStrategy strategy) {
        PickRig rig = new PickRig(strategy, A, B, C);
        rig.picks(1);

        rig.layOver(out(B, "the disk is full"));
        assertThat(rig.picks(50)).doesNotContain(B);
        assertThat(rig.picker().leftOut()).containsExactly(new LeftOut(B, "taken out by hand: the disk is full"));

        rig.layOver();
        assertThat(rig.picker().leftOut()).isEmpty();
    }

    @Test
    void itReturnsToItsFullShareAtOnce() {
        PickRig rig = new PickRig(PickStrategy.roundRobin().slowStart(Duration.ofSeconds(10)), A, B);
        rig.picks(1);
        rig.layOver(out(B, ""));
        rig.picks(10);
        rig.layOver();
        assertThat(rig.counts(100)).isEqualTo(Map.of("a:1", 50, "b:1", 50));
    }

    @Test
    void anOverlayOfAnotherIncarnationSaysNothing() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), A, B);
        rig.layOver(
                Overlay.out(A.identity(), Incarnation.ofKey(2), ""),
                Overlay.out(B.identity(), Incarnation.named("b"), ""),
                out(C, "not there"));
        assertThat(rig.counts(10)).isEqualTo(Map.of("a:1", 5, "b:1", 5));
    }

    @Test
    void anOverlayThatSaysUpLeavesTheInstanceAsItIs() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), A, B.withStatus(InstanceStatus.PAUSED));
        rig.layOver(
                new Overlay(A.identity(), Incarnation.ofKey(1), InstanceStatus.UP, ""),
                new Overlay(B.identity(), Incarnation.ofKey(1), InstanceStatus.UP, ""));
        assertThat(rig.picks(4)).containsOnly(A);
    }

    @Test
    void whereAllAreTakenOutNobodyIsPickedAndTheReasonIsSaid() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), A, B, C.withStatus(InstanceStatus.PAUSED));
        rig.picks(1);
        rig.layOver(out(A, "moving house"), out(B, "moving house"));
        assertThatThrownBy(() -> rig.picker().pick())
                .isInstanceOf(NoInstanceException.class)
                .hasMessageContaining("3 registered, 2 taken out by hand: moving house (a:1, b:1), 1 paused (c:1)");
    }

    @Test
    void theEjectedAreCountedAmongThoseWhoAreLeft() {
        PickRig rig = new PickRig(PickStrategy.roundRobin(), A, B, C);
        rig.layOver(out(A, ""));
        rig.picks(1);
        rig.fail(B, 3);
        assertThat(rig.picks(4)).as("one of two is out, which is no panic").containsOnly(C);
    }

    @Test
    void aChangeIsHeededWithinTenMillisecondsAndAtOnceWhereNobodyWasLeft() {
        AtomicInteger builds = new AtomicInteger();
        InstanceFilter counting = InstanceFilter.of("counted", one -> {
            builds.incrementAndGet();
            return true;
        });
        PickRig rig = new PickRig(PickStrategy.first().where(counting), A);
        rig.picks(1);
        rig.layOverAtOnce(out(A, ""));
        assertThat(rig.picks(1)).as("too soon").containsOnly(A);
        rig.pass(Duration.ofMillis(10));
        assertThat(rig.picker().tryPick()).isEmpty();
        rig.layOverAtOnce();
        assertThat(rig.picker().tryPick()).contains(A);
        int before = builds.get();
        rig.pass(Duration.ofHours(1)).picks(100);
        assertThat(builds).as("nothing is built where nothing changed").hasValue(before);
    }

    @Test
    void aRetryDoesNotFallOnWhoWasTakenOutMeanwhile() {
        PickRig rig = new PickRig(PickStrategy.first(), A, B, C);
        try (Call call = rig.picker().start()) {
            rig.layOver(out(B, ""));
            call.failed(new RuntimeException());
            assertThat(call.retry()).isTrue();
            assertThat(call.instance()).isEqualTo(C);
        }
    }
}
