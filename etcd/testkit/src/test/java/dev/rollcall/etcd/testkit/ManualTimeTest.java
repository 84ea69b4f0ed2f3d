package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    @Test
    void itStandsStillUntilItIsMoved() {
        ManualTime time = new ManualTime();
        long before = time.getAsLong();
        assertThat(time.getAsLong()).isEqualTo(before);
        assertThat(time.advance(Duration.ofMillis(3)))
                .isEqualTo(before + 3_000_000)
                .isEqualTo(time.getAsLong());
        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void itNeverGoesBack() {
        assertThatThrownBy(() -> new ManualTime().advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
