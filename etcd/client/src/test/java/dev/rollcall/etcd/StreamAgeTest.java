package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchStream.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Hours of a stream on which something is heard every second. */
class StreamAgeTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Long> opened = new ArrayList<>();

    /** The life of a stream that answers everything; the second numbers at which it was opened are kept. */
    private WatchStream live(WatchPace pace, double jitter, int hours) {
        WatchStream state = WatchStream.idle(pace)
                .step(new StreamInput.Wanted(1), 0, jitter)
                .state();
        for (long second = 0; second < hours * 3600L; second++) {
            long now = second * SECOND;
            if (state.phase() == Phase.DIALLING) {
                opened.add(second);
                state = state.step(new StreamInput.Opened(), now, jitter).state();
            }
            state = state.step(new StreamInput.Heard(7, true), now, jitter).state();
            WatchStream.Step step = state.step(new StreamInput.Tick(), now, jitter);
            state = step.state();
        }
        return state;
    }

    @Test
    void withUsersAStreamIsOpenedAnewOnceAnHourAtLeastAndClientsAreSpread() {
        WatchPace pace = WatchPace.of(3, Duration.ofSeconds(5)).withUsers();
        live(pace, 1, 3);
        assertThat(opened).containsExactly(0L, 3601L, 7202L);
        opened.clear();
        live(pace, 0, 3);
        assertThat(opened).startsWith(0L, 1801L).hasSize(6);
    }

    @Test
    void withoutUsersAStreamIsKept() {
        assertThat(live(WatchPace.of(3, Duration.ofSeconds(5)), 0, 30).phase()).isEqualTo(Phase.OPEN);
        assertThat(opened).containsExactly(0L);
    }

    @Test
    void aMemberIsNotLeftBecauseItsStreamIsOld() {
        WatchPace pace = WatchPace.of(3, Duration.ofSeconds(5)).withUsers();
        WatchStream open = WatchStream.idle(pace)
                .step(new StreamInput.Wanted(1), 0, 1)
                .state()
                .step(new StreamInput.Opened(), 0, 1)
                .state()
                .step(new StreamInput.Heard(7, true), 0, 1)
                .state();
        List<StreamAction> actions =
                open.step(new StreamInput.Tick(), 3600 * SECOND, 1).actions();
        assertThat(actions).hasSize(2).endsWith(new StreamAction.Open(false));
        assertThat(actions.get(0)).isInstanceOfSatisfying(StreamAction.Drop.class, drop -> {
            assertThat(drop.insist()).isFalse();
            assertThat(drop.suspect()).isFalse();
        });
    }
}
