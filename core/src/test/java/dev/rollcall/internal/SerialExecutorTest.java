package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SerialExecutorTest {

    private final CallbackPool pool = CallbackPool.start("rollcall-test", 4);

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void tasksOfManyThreadsRunOneAtATimeAndEachThreadsInItsOrder() throws InterruptedException {
        SerialExecutor serial = new SerialExecutor(pool, 1_000_000);
        AtomicBoolean inside = new AtomicBoolean();
        AtomicInteger overlaps = new AtomicInteger();
        List<int[]> seen = new ArrayList<>();
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    int number = i;
                    serial.execute(() -> {
                        overlaps.addAndGet(inside.compareAndSet(false, true) ? 0 : 1);
                        seen.add(new int[] {producer, number});
                        inside.set(false);
                    });
                }
            });
            producers.add(thread);
            thread.start();
        }
        for (Thread thread : producers) {
            thread.join();
        }
        assertThat(serial.awaitIdle(Duration.ofSeconds(20))).isTrue();
        assertThat(overlaps).hasValue(0);
        assertThat(seen).hasSize(20_000);
        for (int p = 0; p < 4; p++) {
            int producer = p;
            assertThat(seen.stream().filter(e -> e[0] == producer).map(e -> e[1]))
                    .isSorted();
        }
    }

    @Test
    void aFullQueueRefusesInsteadOfWaiting() throws InterruptedException {
        SerialExecutor serial = new SerialExecutor(pool, 2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        serial.execute(() -> {
            started.countDown();
            await(release);
        });
        await(started);
        assertThat(serial.offer(() -> {})).isTrue();
        assertThat(serial.offer(() -> {})).isTrue();
        assertThat(serial.offer(() -> {})).isFalse();
        assertThatThrownBy(() -> serial.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(serial.awaitIdle(Duration.ZERO)).isFalse();
        release.countDown();
        assertThat(serial.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(serial.offer(() -> {})).isTrue();
    }

    @Test
    void aTaskThatFailsHarmsNoOther() throws InterruptedException {
        SerialExecutor serial = new SerialExecutor(pool, 10);
        AtomicInteger ran = new AtomicInteger();
        serial.execute(() -> {
            throw new AssertionError("on purpose");
        });
        serial.execute(ran::incrementAndGet);
        assertThat(serial.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(ran).hasValue(1);
    }

    @Test
    void closingDropsWhatWaitsAndMayBeDoneByATask() throws InterruptedException {
        SerialExecutor serial = new SerialExecutor(pool, 10);
        CountDownLatch filled = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        AtomicBoolean idleToItself = new AtomicBoolean();
        serial.execute(() -> {
            await(filled);
            idleToItself.set(serial.isRunning() && idle(serial));
            serial.close();
        });
        serial.execute(ran::incrementAndGet);
        filled.countDown();
        assertThat(serial.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(ran).hasValue(0);
        assertThat(idleToItself).isTrue();
        assertThat(serial.isRunning()).isFalse();
        assertThat(serial.offer(ran::incrementAndGet)).isFalse();
    }

    @Test
    void anExecutorThatRefusesIsSeenByTheCaller() {
        pool.close();
        SerialExecutor serial = new SerialExecutor(pool, 10);
        assertThat(serial.offer(() -> {})).isFalse();
        assertThat(serial.offer(() -> {})).isFalse();
    }

    private static boolean idle(SerialExecutor serial) {
        try {
            return serial.awaitIdle(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            return false;
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
