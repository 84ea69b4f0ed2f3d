package dev.rollcall.discovery;

import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How often all views of a {@link Discovery} together ask a store again that failed them: where it refused, three times a second, and where it was away,
 * once a second; after twenty at once.
 *
 * <p>Who is refused waits in a line of its own, so that a thousand views which may not read hold up none that may. Once one that failed is answered,
 * all who waited beside it ask, spread over half a second. Safe for use by several threads.
 */
final class AskingBudget {

    static final int AT_ONCE = 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SPREAD = TimeUnit.MILLISECONDS.toNanos(500);

    private final Timer timer;
    private final TimeSource time;
    private final RandomSource random;
    private final Object lock = new Object();
    private final Line refused = new Line(SECOND / 3);
    private final Line away = new Line(SECOND);
    private final Map<Object, Timer.Handle> released = new HashMap<>();

    /** Those who wait, in their order; each has one question at most, the youngest. */
    private static final class Line {
        private final long interval;
        private final Map<Object, Runnable> waiting = new LinkedHashMap<>();
        private long nextFree;
        private boolean used;
        private boolean timed;

        Line(long interval) {
            this.interval = interval;
        }
    }

    AskingBudget(Timer timer, TimeSource time, RandomSource random) {
        this.timer = timer;
        this.time = time;
        this.random = random;
    }

    /** Lets an owner ask again, at once or when it is its turn; what it wanted to ask before does not count any more. */
    void ask(Object owner, boolean wasRefused, Runnable question) {
        Runnable now;
        synchronized (lock) {
            forget(owner, wasRefused ? away : refused);
            Line line = wasRefused ? refused : away;
            line.waiting.put(owner, question);
            now = line.waiting.size() == 1 ? next(line) : null;
            wake(line);
        }
        if (now != null) {
            now.run();
        }
    }

    /** One that had failed was answered: the store is there, and, where it had refused, somebody changed something. */
    void answered(boolean wasRefused) {
        synchronized (lock) {
            release(away);
            if (wasRefused) {
                release(refused);
            }
        }
    }

    private void release(Line line) {
        boolean few = line.waiting.size() <= AT_ONCE;
        line.waiting.forEach((owner, question) -> release(owner, few ? 0 : random.below(SPREAD), question));
        line.waiting.clear();
    }

    private void release(Object owner, long nanos, Runnable question) {
        released.put(owner, timer.schedule(nanos, () -> {
            synchronized (lock) {
                released.remove(owner);
            }
            question.run();
        }));
    }

    /** Takes an owner out of every line. */
    void forget(Object owner) {
        synchronized (lock) {
            refused.waiting.remove(owner);
            forget(owner, away);
        }
    }

    /** Takes an owner's question out of a line, or the one he was let ask. */
    private void forget(Object owner, Line line) {
        line.waiting.remove(owner);
        Timer.Handle scheduled = released.remove(owner);
        if (scheduled != null) {
            scheduled.cancel();
        }
    }

    /** The first in a line, if it may ask now. */
    private @Nullable Runnable next(Line line) {
        long now = time.nanos();
        Iterator<Runnable> first = line.waiting.values().iterator();
        if (!first.hasNext() || (line.used && line.nextFree - now > (AT_ONCE - 1) * line.interval)) {
            return null;
        }
        long from = line.used && line.nextFree - now > 0 ? line.nextFree : now;
        line.nextFree = from + line.interval;
        line.used = true;
        Runnable question = first.next();
        first.remove();
        return question;
    }

    private void wake(Line line) {
        if (!line.timed && !line.waiting.isEmpty()) {
            line.timed = true;
            timer.schedule(line.interval, () -> turn(line));
        }
    }

    private void turn(Line line) {
        List<Runnable> due = new ArrayList<>();
        synchronized (lock) {
            line.timed = false;
            for (Runnable question = next(line); question != null; question = next(line)) {
                due.add(question);
            }
            wake(line);
        }
        due.forEach(Runnable::run);
    }
}
