package dev.rollcall.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Found;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.pick.ChannelSlot.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test for each edge of the slot's machine. */
class ChannelSlotTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private final IOException refused = new IOException("refused");
    private final RandomSource random = bound -> bound - 1;
    private final DiscoveredInstance shown = shown(Instance.of("user", "a", "10.0.0.1:80"));
    private final ChannelSlot<String> slot = new ChannelSlot<>(shown);

    private static DiscoveredInstance shown(Instance instance) {
        return Snapshot.of("user", List.of(instance)).instances().get(0);
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    @Test
    void whatIsOpenedIsOpen() {
        assertThat(slot.phase()).isEqualTo(Phase.OPENING);
        assertThat(slot.trouble()).isEqualTo("it is being opened");
        assertThat(slot.opened("channel", 0)).isTrue();
        assertThat(slot.phase()).isEqualTo(Phase.OPEN);
        assertThat(slot.channel()).isEqualTo("channel");
        assertThat(slot.trouble()).isEmpty();
    }

    @Test
    void whatFailsWaitsLongerEachTime() {
        assertThat(millis(slot.failed(refused, random))).isEqualTo(100);
        assertThat(slot.phase()).isEqualTo(Phase.WAITING);
        assertThat(slot.trouble()).contains("refused");
        assertThat(slot.rested()).isTrue();
        assertThat(slot.phase()).isEqualTo(Phase.OPENING);
        assertThat(millis(slot.failed(refused, random))).isEqualTo(200);
        for (int i = 0; i < 20; i++) {
            slot.rested();
            slot.failed(refused, random);
        }
        slot.rested();
        assertThat(slot.failed(refused, random)).isEqualTo(LONG.toNanos());
    }

    @Test
    void whatBreaksIsOpenedAgainSoonWhereItHeldForLong() {
        slot.failed(refused, random);
        slot.rested();
        slot.opened("first", 0);
        assertThat(millis(slot.broken(1, random))).as("broke at once").isEqualTo(200);
        assertThat(slot.phase()).isEqualTo(Phase.WAITING);
        assertThat(slot.channel()).isNull();
        slot.rested();
        slot.opened("second", 1);
        assertThat(millis(slot.broken(1 + LONG.toNanos(), random)))
                .as("held for long")
                .isEqualTo(100);
    }

    @Test
    void theChannelOfWhoIsGoneDrainsAndIsClosed() {
        slot.opened("channel", 0);
        assertThat(slot.gone()).isTrue();
        assertThat(slot.phase()).isEqualTo(Phase.DRAINING);
        assertThat(slot.broken(1, random)).as("it is closed soon anyway").isNegative();
        assertThat(slot.close()).isEqualTo("channel");
        assertThat(slot.phase()).isEqualTo(Phase.CLOSED);
        assertThat(slot.close()).isNull();
    }

    @Test
    void whoIsGoneWhileItIsOpenedGetsNoChannel() {
        assertThat(slot.gone()).isFalse();
        assertThat(slot.phase()).isEqualTo(Phase.CLOSED);
        assertThat(slot.opened("late", 0)).isFalse();
        assertThat(slot.failed(refused, random)).isNegative();
        assertThat(slot.channel()).isNull();
    }

    @Test
    void whoIsGoneWhileItWaitsIsNotTriedAgain() {
        slot.failed(refused, random);
        assertThat(slot.gone()).isFalse();
        assertThat(slot.phase()).isEqualTo(Phase.CLOSED);
        assertThat(slot.rested()).isFalse();
    }

    @Test
    void anotherIncarnationOrEndpointIsNotReachedAndAnotherWeightIs() {
        Instance instance = shown.instance();
        assertThat(slot.reaches(shown(instance.toBuilder().weight(7).build()))).isTrue();
        assertThat(slot.reaches(shown(Instance.of("user", "a", "10.0.0.2:80")))).isFalse();
        assertThat(slot.reaches(Found.at(2, instance, null))).isFalse();
        Incarnation named = Incarnation.named("b");
        assertThat(slot.reaches(Found.at(1, instance, named))).isFalse();
        ChannelSlot<String> ofNamed = new ChannelSlot<>(Found.at(1, instance, named));
        assertThat(ofNamed.reaches(Found.at(2, instance, named))).isTrue();
        assertThat(ofNamed.reaches(Found.at(2, instance, Incarnation.named("c"))))
                .isFalse();
        assertThat(ofNamed.reaches(Found.at(1, instance, null))).isFalse();
    }
}
