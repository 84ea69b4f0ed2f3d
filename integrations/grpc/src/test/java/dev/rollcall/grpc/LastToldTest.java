package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.grpc.Addresses.Reached;
import dev.rollcall.instance.Instance;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastToldTest {

    private static final String TARGET = "rollcall:///user";

    private final LastTold told = new LastTold();
    private final List<Reached> reached = Addresses.of(
                    Snapshot.of("user", List.of(Instance.of("user", "127.0.0.1:81"))),
                    Overlays.none(),
                    Hosts.ofTheSystem())
            .reached();

    private static SynchronizationContext channel() {
        return new SynchronizationContext((thread, e) -> {
            throw new AssertionError(e);
        });
    }

    @Test
    void itIsKeptForEachChannelAndTarget() {
        SynchronizationContext channel = channel();
        told.keep(channel, TARGET, reached, 0);
        assertThat(told.of(channel, TARGET, 0)).isEqualTo(reached);
        assertThat(told.of(channel, "rollcall:///other", 0)).isEmpty();
        assertThat(told.of(channel(), TARGET, 0)).isEmpty();
    }

    @Test
    void whatNothingHasProvenForAnHourIsNotGivenAnyMore() {
        SynchronizationContext channel = channel();
        long provenAt = Long.MAX_VALUE - 1_000; // a clock may begin anywhere, and pass its end
        told.keep(channel, TARGET, reached, provenAt);
        long hour = Duration.ofHours(1).toNanos();
        assertThat(told.of(channel, TARGET, provenAt + hour)).isEqualTo(reached);
        assertThat(told.of(channel, TARGET, provenAt + hour + 1)).isEmpty();
    }

    @Test
    void nothingIsKeptOfAChannelThatIsGone() {
        SynchronizationContext lasting = channel();
        told.keep(lasting, TARGET, reached, 0);
        told.keep(channel(), TARGET, reached, 0);
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return told.channels() == 1;
        });
        assertThat(told.of(lasting, TARGET, 0)).isEqualTo(reached);
    }
}
