package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForceTimesTest {

    @Test
    void aTimeCountsForEveryBoundThatItKeeps() {
        ForceTimes times = new ForceTimes();
        times.took(0);
        times.took(1_000_000);
        times.took(1_000_001);
        times.took(8_192_000_000L);
        times.took(8_192_000_001L);

        ForceTimes.Counted counted = times.counted();

        assertThat(counted.upTo()).hasSize(14).startsWith(2L, 3L, 3L).endsWith(3L, 4L);
        assertThat(counted.count()).isEqualTo(5);
        assertThat(counted.nanos()).isEqualTo(16_386_000_002L);
    }
}
