package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchBatch;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What waits for a view is bounded in bytes: in a {@link Backlog} and, before its step, in an {@link Inflow}. */
class BacklogTest {

    private static final int MEBIBYTE = 1 << 20;

    private final Store store = new Store(7, 2);
    private final Inflow inflow = new Inflow();

    private WatchBatch batch(int events, int bytes) {
        long from = store.revision + 1;
        for (int i = 0; i < events; i++) {
            store.put("a/1", "x".repeat(bytes), 11);
        }
        return Objects.requireNonNull(store.batch(from, events));
    }

    private static int most(WatchBatch batch) {
        Backlog longer = Backlog.EMPTY.with(batch);
        int kept = 0;
        while (!longer.isTooLarge()) {
            longer = longer.with(batch);
            kept++;
        }
        return kept;
    }

    private boolean take(WatchBatch batch) {
        return inflow.take(Backlog.sizeOf(batch));
    }

    private int taken(WatchBatch batch) {
        int taken = 0;
        while (take(batch)) {
            taken++;
        }
        return taken;
    }

    @Test
    void largeValuesCountByTheirBytes() {
        WatchBatch large = batch(1, MEBIBYTE);

        assertThat(most(large)).isEqualTo(63);
        assertThat(taken(large)).isEqualTo(31);
    }

    @Test
    void smallOnesCountByWhatTheyHoldBesides() {
        assertThat(most(batch(1_000, 10))).isBetween(250, 350);
        assertThat(most(batch(1, 10))).isBetween(50_000, 60_000);
    }

    @Test
    void batchesThatWaitAreFewerThanTheQueueHasPlaces() {
        assertThat(taken(batch(1, 0))).isBetween(20_000, ViewLoop.MOST_TASKS * 9 / 20);
    }

    @Test
    void oneThatWaitsAloneFitsWhateverItsSize() {
        WatchBatch huge = batch(70, MEBIBYTE);

        assertThat(take(huge)).isTrue();
        inflow.leave(Backlog.sizeOf(huge));
        assertThat(take(huge)).isTrue();
        assertThat(inflow.isFull()).isFalse();
        assertThat(take(batch(1, 0))).isFalse();
    }

    @Test
    void whatWasFullOnceStaysFullForABatchIsMissing() {
        WatchBatch large = batch(1, 20 * MEBIBYTE);
        assertThat(take(large)).isTrue();
        assertThat(take(large)).isFalse();
        inflow.leave(Backlog.sizeOf(large));

        assertThat(inflow.isFull()).isTrue();
        assertThat(take(batch(1, 0))).isFalse();

        Inflow other = new Inflow();
        other.fill();
        assertThat(other.take(Backlog.sizeOf(batch(1, 0)))).isFalse();
    }
}
