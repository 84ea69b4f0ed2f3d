package dev.rollcall.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StopSignalTest {

    private final StopSignal stop = StopSignal.manual();

    @Test
    void theFirstSignalCountsAndIsTold() {
        List<String> told = new ArrayList<>();
        stop.onRaise(told::add);
        assertThat(stop.raise("TERM")).isTrue();
        assertThat(stop.raise("INT")).isFalse();
        stop.onRaise(told::add);
        assertThat(told).containsExactly("TERM", "TERM");
    }

    @Test
    void ctrlCEndsWith130AndSigtermWith0() {
        assertThat(stop.exitCode()).isZero();
        stop.raise("INT");
        assertThat(stop.exitCode()).isEqualTo(130);
        StopSignal other = StopSignal.manual();
        other.raise("TERM");
        assertThat(other.exitCode()).isZero();
    }

    @Test
    void awaitingIsBounded() {
        assertThat(stop.await(Duration.ofMillis(1))).isFalse();
        stop.raise("HUP");
        assertThat(stop.await(Duration.ofSeconds(10))).isTrue();
    }
}
