package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.machine.RequestIds;
import dev.rollcall.etcd.server.watch.WatchHub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static final int TASKS = 200_000;

    private final Machine machine = new Machine();
    private final List<Thread> threads = new ArrayList<>();
    private final Loop loop = new Loop(
            machine,
            new WatchHub(machine.store(), TimeUnit.MINUTES.toNanos(10)),
            new RequestIds(1, 1),
            new Settings(
                    "",
                    0,
                    null,
                    "",
                    "",
                    "",
                    1,
                    System::nanoTime,
                    System::nanoTime,
                    0,
                    0,
                    Quota.DEFAULT,
                    AutoCompaction.Rule.OFF,
                    Limits.DEFAULT,
                    List.of(),
                    null),
            task -> {
                Thread thread = new Thread(task, "rollcall-test-loop");
                threads.add(thread);
                return thread;
            });

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    /** Whichever thread takes a turn: plain fields written in turns would show two at once, or a lost order. */
    @Test
    void whatIsHandedOverIsCarriedOutInOrderAndOneTurnAtATime() throws InterruptedException {
        loop.start();
        long[] state = new long[2];
        CountDownLatch done = new CountDownLatch(1);
        Thread other = new Thread(
                () -> {
                    while (done.getCount() > 0) {
                        CountDownLatch ran = new CountDownLatch(1);
                        loop.signal(() -> {
                            state[1]++;
                            ran.countDown();
                        });
                        await(ran);
                    }
                },
                "rollcall-test-other");
        other.start();
        List<String> wrong = new ArrayList<>();
        for (long i = 1; i <= TASKS; i++) {
            long number = i;
            loop.handOver(() -> {
                if (state[0] != number - 1) {
                    wrong.add(number + " after " + state[0]);
                }
                state[0] = number;
                if (number == TASKS) {
                    done.countDown();
                }
            });
        }
        await(done);
        other.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(done.getCount()).isZero();
        assertThat(wrong).isEmpty();
        assertThat(state[1]).isPositive();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it never came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
