package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.cli.terminal.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeTextTest {

    @Test
    void timesAreReadWithAndWithoutAUnit() {
        assertThat(TimeText.parse("--timeout", "500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(TimeText.parse("--timeout", "3s")).isEqualTo(Duration.ofSeconds(3));
        assertThat(TimeText.parse("--timeout", " 2M ")).isEqualTo(Duration.ofMinutes(2));
        assertThat(TimeText.parse("--timeout", "1h")).isEqualTo(Duration.ofHours(1));
        assertThat(TimeText.parse("--timeout", "7")).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0s", "-1s", "3 s", "1.5s", "s", "1d", "99999999999s"})
    void whatIsNoTimeIsRefusedWithTheOptionAndTheForm(String text) {
        assertThatThrownBy(() -> TimeText.parse("--timeout", text))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("--timeout")
                .hasMessageContaining("500ms");
    }
}
