package dev.rollcall.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadsTest {

    @Test
    void aPoolRunsOnNamedDaemonsAndLeavesNoneBehind() throws InterruptedException {
        CallbackPool pool = CallbackPool.start();
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        pool.execute(() -> ran.complete(Thread.currentThread()));
        Thread thread = ran.join();
        assertThat(thread.getName()).matches("rollcall-callback-\\d+");
        assertThat(thread.isDaemon()).isTrue();
        pool.close();
        pool.close();
        thread.join(5_000);
        assertThat(thread.isAlive()).isFalse();
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closingAPoolInterruptsWhatHangsAndReturnsWithinItsBound() {
        CallbackPool pool = CallbackPool.start("rollcall-test", 1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        pool.execute(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        SerialExecutorTest.await(started);
        long before = TimeSource.system().nanos();
        pool.close();
        assertThat(TimeSource.system().nanos() - before)
                .isLessThan(Duration.ofSeconds(3).toNanos());
        SerialExecutorTest.await(interrupted);
    }

    @Test
    void aTaskMayCloseThePoolItRunsOn() {
        CallbackPool pool = CallbackPool.start("rollcall-test", 1);
        CountDownLatch closed = new CountDownLatch(1);
        pool.execute(() -> {
            pool.close();
            closed.countDown();
        });
        SerialExecutorTest.await(closed);
    }

    @Test
    void aTimerRunsTasksInTheOrderOfTheirTimesAndSurvivesAFailure() {
        try (Timer timer = Timer.start()) {
            List<String> ran = new CopyOnWriteArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            timer.schedule(Duration.ofMillis(60).toNanos(), () -> {
                ran.add("late on " + Thread.currentThread().getName());
                done.countDown();
            });
            timer.schedule(Duration.ofMillis(30).toNanos(), () -> ran.add("early"));
            timer.schedule(-1, () -> {
                throw new IllegalStateException("on purpose");
            });
            timer.schedule(Duration.ofMillis(40).toNanos(), () -> ran.add("cancelled"))
                    .cancel();
            SerialExecutorTest.await(done);
            assertThat(ran).containsExactly("early", "late on rollcall-timer");
        }
    }

    @Test
    void aClosedTimerRunsNothingAndAcceptsWithoutEffect() {
        CountDownLatch closed = new CountDownLatch(1);
        Timer timer = Timer.start();
        timer.schedule(0, () -> {
            timer.close();
            closed.countDown();
        });
        SerialExecutorTest.await(closed);
        timer.schedule(0, () -> {}).cancel();
        timer.close();
    }
}
