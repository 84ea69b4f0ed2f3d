package dev.rollcall.etcd;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.concurrency.Witness;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class WatchLaneModelTest {

    private static final long HUGE = WatchLane.MAX_BYTES;

    /** What is behind is said once, and that it has caught up once, whichever thread empties it. */
    @Test
    void aLaneThatOverflowedSaysOnceThatItIsDrained() {
        Interleavings.of(() -> {
            Witness<Long> witness = new Witness<>();
            int[] drained = {0};
            boolean[] behind = new boolean[2];
            WatchLane lane = lane(witness, () -> drained[0]++);
            together(
                    () -> behind[0] = lane.offer(news(5, HUGE)), () -> behind[1] = lane.offer(news(6, HUGE)), () -> {});
            holds(witness.seen().size() == 2, "told: " + witness.seen());
            int overflows = (behind[0] ? 1 : 0) + (behind[1] ? 1 : 0);
            holds(overflows <= 1 && drained[0] == overflows, overflows + " overflows, drained " + drained[0]);
        });
    }

    @Test
    void noCallBeginsAfterTheLaneIsClosed() {
        Interleavings.of(() -> {
            Witness<Long> witness = new Witness<>();
            WatchLane lane = lane(witness, () -> {});
            int[] atClose = {-1};
            together(() -> lane.offer(news(5, 1)), () -> {
                lane.close();
                lane.offer(news(6, 1));
                atClose[0] = 1;
            });
            holds(!witness.seen().contains(6L), "told after the end: " + witness.seen());
        });
    }

    private static WatchLane lane(Witness<Long> witness, Runnable drained) {
        Callbacks callbacks = Callbacks.on(Runnable::run);
        callbacks.end();
        Executor serial = callbacks.serial();
        WatchListener listener = batch -> witness.runs(batch.revision());
        return new WatchLane(WatchRequest.of(KeyRange.all()), listener, serial, new LogBudget(() -> 0), drained);
    }

    private static WatchNews news(long revision, long bytes) {
        KeyValue kv = new KeyValue(Bytes.utf8("a"), Bytes.EMPTY, 1, revision, 1, LeaseId.NONE);
        WatchEvent event = new WatchEvent(WatchEvent.Type.PUT, kv, Optional.empty());
        return new WatchNews.Changes(
                new WatchBatch(new Header(1, 2, revision, 3), List.of(event)), revision + 1, bytes);
    }
}
