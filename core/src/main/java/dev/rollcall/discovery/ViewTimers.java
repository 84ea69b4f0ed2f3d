package dev.rollcall.discovery;

import dev.rollcall.internal.Timer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one view has in the timer that all views share; called off when the view closes, so that nothing of it stays behind. Safe for use by several
 * threads.
 */
final class ViewTimers {

    private final Timer timer;
    private final Object lock = new Object();
    private final Set<Waiting> waiting = new HashSet<>();
    private boolean closed;

    ViewTimers(Timer timer) {
        this.timer = timer;
    }

    /** Runs the task once after so many nanoseconds; never, once this is closed. */
    Timer.Handle schedule(long nanos, Runnable task) {
        Waiting added = new Waiting(task);
        synchronized (lock) {
            if (!closed) {
                added.handle = timer.schedule(nanos, added);
                waiting.add(added);
            }
        }
        return added;
    }

    /** Calls off what waits, and takes nothing more. Idempotent. */
    void close() {
        List<Waiting> ending;
        synchronized (lock) {
            closed = true;
            ending = List.copyOf(waiting);
        }
        ending.forEach(Waiting::cancel);
    }

    /** One task, in the set for as long as it neither ran nor was called off. */
    private final class Waiting implements Runnable, Timer.Handle {

        private final Runnable task;
        private Timer.@Nullable Handle handle;

        Waiting(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            synchronized (lock) {
                if (!waiting.remove(this)) {
                    return;
                }
            }
            task.run();
        }

        @Override
        public void cancel() {
            Timer.Handle scheduled;
            synchronized (lock) {
                scheduled = waiting.remove(this) ? handle : null;
            }
            if (scheduled != null) {
                scheduled.cancel();
            }
        }
    }
}
