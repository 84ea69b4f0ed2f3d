package dev.rollcall.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ObserverLaneTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Observation> told = new ArrayList<>();

    @Test
    void tellsInOrderOnTheExecutorAndNotBefore() {
        Observer lane = ObserverLane.on(tasks::add, told::add);
        lane.observed(new Observation.ViewStale("user", 3));
        lane.observed(new Observation.GuardHeld("user", 2, 3));
        assertThat(told).isEmpty();
        runAll();
        assertThat(told).containsExactly(new Observation.ViewStale("user", 3), new Observation.GuardHeld("user", 2, 3));
    }

    @Test
    void anObserverThatThrowsIsToldTheNext() {
        Observer lane = ObserverLane.on(tasks::add, event -> {
            told.add(event);
            throw new IllegalStateException("broken observer");
        });
        lane.observed(new Observation.ViewStale("user", 3));
        lane.observed(new Observation.ViewStale("user", 4));
        runAll();
        assertThat(told).hasSize(2);
    }

    @Test
    void ofManyThatWaitTheLastOfEachSubjectIsTold() {
        Observer lane = ObserverLane.on(tasks::add, told::add);
        for (int i = 1; i <= 100_000; i++) {
            lane.observed(new Observation.ViewStale("user", i));
            lane.observed(new Observation.ViewStale("order", i));
        }
        runAll();
        assertThat(told).hasSizeLessThan(2_000);
        assertThat(told.subList(told.size() - 2, told.size()))
                .containsExactlyInAnyOrder(
                        new Observation.ViewStale("user", 100_000), new Observation.ViewStale("order", 100_000));
    }

    @Test
    void nothingIsToldAfterTheClose() {
        Observer lane = ObserverLane.on(tasks::add, told::add);
        lane.observed(new Observation.ViewStale("user", 3));
        ((ObserverLane) lane).close();
        lane.observed(new Observation.ViewStale("user", 4));
        runAll();
        assertThat(told).isEmpty();
    }

    @Test
    void aLaneIsNotPutOnAnother() {
        Observer lane = ObserverLane.on(tasks::add, told::add);
        assertThat(ObserverLane.on(tasks::add, lane)).isSameAs(lane);
        assertThat(ObserverLane.on(tasks::add, Observer.none())).isSameAs(Observer.none());
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
