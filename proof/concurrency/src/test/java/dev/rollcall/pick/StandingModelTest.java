package dev.rollcall.pick;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StandingModelTest {

    private static final long AFTER_THE_WINDOW = Duration.ofSeconds(11).toNanos();

    @Test
    void callsInFlightAreCountedExactly() {
        Interleavings.of(300, () -> {
            AtomicInteger total = new AtomicInteger();
            Standing standing = new Standing(EjectionRules.defaults(), 0, total, 0);
            Runnable call = () -> {
                standing.begun();
                holds(standing.inFlight() >= 1, "its own call is not in flight");
                standing.ended();
            };
            together(call, call, call);
            holds(standing.inFlight() == 0 && total.get() == 0, "a call got lost");
        });
    }

    @Test
    void ofFailuresThatComeTogetherOneIsTheLastStraw() {
        Interleavings.of(() -> {
            Standing standing = new Standing(EjectionRules.defaults(), 0, new AtomicInteger(), 0);
            boolean[] accused = new boolean[3];
            together(
                    () -> accused[0] = standing.failed(1, 1, Error.class),
                    () -> accused[1] = standing.failed(1, 1, Error.class),
                    () -> accused[2] = standing.failed(1, 1, Error.class));
            int times = (accused[0] ? 1 : 0) + (accused[1] ? 1 : 0) + (accused[2] ? 1 : 0);
            holds(times == 1 && standing.isAccused(), times + " accusations");
        });
    }

    @Test
    void atTheTurnOfAWindowNobodyIsAccusedForWhatWasBefore() {
        EjectionRules share =
                EjectionRules.defaults().withFailuresInRow(0).withFailurePercent(50, 4, Duration.ofSeconds(10));
        Interleavings.of(() -> {
            Standing standing = new Standing(share, 0, new AtomicInteger(), 0);
            for (int i = 0; i < 3; i++) {
                standing.failed(1, 1, Error.class);
            }
            boolean[] accused = new boolean[2];
            together(
                    () -> accused[0] = standing.failed(AFTER_THE_WINDOW, 1, Error.class),
                    () -> accused[1] = standing.failed(AFTER_THE_WINDOW, 1, Error.class));
            holds(!accused[0] && !accused[1], "accused for four failures of which two are old");
        });
    }
}
