package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Backoff FRESH = Backoff.of(Duration.ofMillis(100), Duration.ofSeconds(2));

    @Test
    void theBoundDoublesUpToTheMaximumAndStartsAnewAfterASuccess() {
        List<Long> bounds = new ArrayList<>();
        Backoff backoff = FRESH;
        for (int i = 0; i < 7; i++) {
            bounds.add(backoff.boundNanos() / 1_000_000);
            backoff = backoff.next();
        }
        assertThat(bounds).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
        assertThat(backoff.reset()).isEqualTo(FRESH);
    }

    @Test
    void aWaitIsBetweenHalfOfTheBoundAndAllOfIt() {
        RandomSource random = RandomSource.seeded(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(FRESH.delayNanos(random)).isBetween(50_000_000L, 100_000_000L);
        }
        assertThat(FRESH.delayNanos(bound -> 0)).isEqualTo(50_000_001L);
        assertThat(FRESH.delayNanos(bound -> bound - 1)).isEqualTo(100_000_000L);
    }

    @Test
    void manyFailuresDoNotOverflow() {
        Backoff late = new Backoff(1, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(late.next().boundNanos()).isPositive();
        assertThat(new Backoff(3, 10, 62).boundNanos()).isEqualTo(10);
        assertThat(new Backoff(1, 1, 0).delayNanos(RandomSource.system())).isEqualTo(1);
    }

    @Test
    void senselessBoundsAreRefused() {
        assertThatThrownBy(() -> Backoff.of(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.of(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("first <= max");
    }
}
