package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbacksTest {

    private final List<Integer> done = new CopyOnWriteArrayList<>();

    @Test
    void whatTheUsersExecutorRefusesIsDoneAllTheSameAndInOrder() throws Exception {
        AtomicInteger offers = new AtomicInteger();
        ExecutorService users = Executors.newSingleThreadExecutor();
        Callbacks callbacks = Callbacks.on(task -> {
            if (offers.incrementAndGet() % 3 != 0) {
                throw new RejectedExecutionException("refused on purpose by a test");
            }
            users.execute(task);
        });
        Executor serial = callbacks.serial();

        IntStream.range(0, 100).forEach(i -> serial.execute(() -> done.add(i)));

        Waiting.until(() -> done.size() == 100, "a hundred tasks");
        assertThat(done).isSorted();
        callbacks.close(0);
        users.shutdown();
    }

    @Test
    void anExecutorThatIsShutDownSilencesNobody() throws Exception {
        ExecutorService users = Executors.newSingleThreadExecutor();
        Callbacks callbacks = Callbacks.on(users);
        users.shutdown();

        callbacks.execute(() -> done.add(1));

        Waiting.until(() -> done.equals(List.of(1)), "the task");
        callbacks.close(0);
    }

    @Test
    void whatComesAfterTheEndIsDoneAtOnce() throws Exception {
        Callbacks callbacks = Callbacks.onOwnThreads();
        callbacks.close(0);
        Executor serial = callbacks.serial();

        callbacks.execute(() -> done.add(1));
        serial.execute(() -> done.add(2));
        serial.execute(() -> done.add(3));

        assertThat(done).containsExactly(1, 2, 3);
    }

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
