package dev.rollcall.discovery;

import dev.rollcall.internal.Timer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets a thousandth of each delay pass, and remembers the delays. */
final class HastyTimer implements Timer {

    private final Timer timer = Timer.start();
    private final List<Long> delays = new CopyOnWriteArrayList<>();

    List<Long> delays() {
        return delays;
    }

    @Override
    public Handle schedule(long delayNanos, Runnable task) {
        delays.add(delayNanos);
        return timer.schedule(delayNanos / 1_000, task);
    }

    @Override
    public void close() {
        timer.close();
    }
}
