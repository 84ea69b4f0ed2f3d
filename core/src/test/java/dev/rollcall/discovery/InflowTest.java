package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchBatch;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InflowTest {

    private final Store store = new Store(7, 2);
    private final Inflow inflow = new Inflow();

    private WatchBatch batch(int bytes) {
        store.put("a/1", "x".repeat(bytes), 11);
        return Objects.requireNonNull(store.batch(store.revision, 1));
    }

    @Test
    void smallOnesAreBoundedInNumber() {
        WatchBatch small = batch(1);
        int taken = 0;
        while (inflow.take(small)) {
            taken++;
        }

        assertThat(taken).isBetween(30_000, 32_768);
        assertThat(inflow.hasOverflowed()).isTrue();
        assertThat(inflow.hasOverflowed()).isFalse();
        inflow.leave(small);
        assertThat(inflow.take(small)).isTrue();
        assertThat(inflow.take(small)).isFalse();
    }

    @Test
    void largeOnesAreBoundedInBytes() {
        WatchBatch large = batch(1 << 20);
        int taken = 0;
        while (inflow.take(large)) {
            taken++;
        }

        assertThat(taken).isEqualTo(63);
    }
}
