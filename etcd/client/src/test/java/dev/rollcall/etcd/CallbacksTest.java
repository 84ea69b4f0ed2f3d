package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallbacksTest {

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatWasQueuedBeforeTheCloseIsStillTold() {
        Callbacks callbacks = Callbacks.onOwnThreads();
        Executor lane = callbacks.serial();
        CountDownLatch release = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        lane.execute(() -> awaitLatch(release));
        lane.execute(() -> told.add("second"));
        lane.execute(() -> told.add("third"));
        Thread closing = new Thread(() -> {
            try {
                callbacks.close(TimeUnit.SECONDS.toNanos(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        await().until(() -> !closing.isAlive());
        assertThat(told).containsExactly("second", "third");
    }
}
