package dev.rollcall.etcd.server.transport;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Halts threads where they are, as SIGSTOP would, until it is opened again. */
final class Gate {
    private @Nullable CountDownLatch closed;

    /** Halts the thread of each executor; returns when all stand, or after a second. */
    synchronized void close(List<Executor> executors) {
        if (closed != null) {
            return;
        }
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch standing = new CountDownLatch(executors.size());
        closed = opening;
        for (Executor executor : executors) {
            executor.execute(() -> {
                standing.countDown();
                await(opening, TimeUnit.DAYS.toSeconds(1));
            });
        }
        await(standing, 1);
    }

    synchronized void open() {
        if (closed != null) {
            closed.countDown();
            closed = null;
        }
    }

    private static void await(CountDownLatch latch, long seconds) {
        try {
            if (!latch.await(seconds, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
