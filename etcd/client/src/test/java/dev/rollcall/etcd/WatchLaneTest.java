package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class WatchLaneTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private int drained;
    private WatchListener listener = batch -> told.addAll(WatchMessages.told(batch.events()));

    @Test
    void theListenerIsToldInOrder() {
        WatchLane lane = lane();
        lane.offer(change(5, 10));
        lane.offer(change(6, 10));
        assertThat(told).isEmpty();

        runAll();

        assertThat(told).containsExactly("k@5", "k@6");
    }

    @Test
    void thePositionMovesWhenTheListenerHasReturned() {
        List<Long> seen = new ArrayList<>();
        WatchLane[] lane = new WatchLane[1];
        listener = batch -> seen.add(lane[0].position());
        lane[0] = lane();

        lane[0].offer(change(5, 10));
        runAll();

        assertThat(seen).containsExactly(3L);
        assertThat(lane[0].position()).isEqualTo(6);
    }

    @Test
    void aListenerThatThrowsIsToldTheRest() {
        listener = batch -> {
            told.addAll(WatchMessages.told(batch.events()));
            throw new IllegalStateException("thrown on purpose by a test");
        };
        WatchLane lane = lane();
        lane.offer(change(5, 10));
        lane.offer(change(6, 10));

        runAll();

        assertThat(told).containsExactly("k@5", "k@6");
        assertThat(lane.position()).isEqualTo(7);
    }

    @Test
    void aClosedLaneCallsNobody() {
        WatchLane lane = lane();
        lane.offer(change(5, 10));

        lane.close();
        runAll();

        assertThat(told).isEmpty();
    }

    @Test
    void tooManyBytesAreSaidOnceAndDrainedOnce() {
        WatchLane lane = lane();
        assertThat(lane.offer(change(5, WatchLane.MAX_BYTES + 1))).isFalse();
        assertThat(lane.offer(change(6, 1))).isTrue();
        assertThat(lane.offer(change(7, 1))).isFalse();
        tasks.remove().run();
        assertThat(drained).isZero();

        runAll();

        assertThat(drained).isEqualTo(1);
        assertThat(lane.offer(change(8, 1))).isFalse();
    }

    @Test
    void tooManyEventsAreSaid() {
        WatchLane lane = lane();
        boolean tooMany = false;
        int offered = 0;
        while (!tooMany) {
            tooMany = lane.offer(change(5 + offered, 1));
            offered++;
        }

        assertThat(offered).isBetween(WatchLane.MAX_EVENTS / 4, WatchLane.MAX_EVENTS + 1);
    }

    private WatchLane lane() {
        WatchRequest request = WatchRequest.of(KeyRange.prefix("k")).from(3);
        return new WatchLane(request, listener, tasks::add, new LogBudget(() -> 0), () -> drained++);
    }

    private static WatchNews change(long revision, long bytes) {
        WatchBatch batch = new WatchBatch(WatchMessages.header(revision), List.of(WatchMessages.put("k", revision)));
        return new WatchNews.Changes(batch, revision + 1, bytes);
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
