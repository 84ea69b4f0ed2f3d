package dev.rollcall.registration;

import dev.rollcall.internal.Timer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets what failed together be tried again together, so that it travels in as few requests as it did before. On the registrar's serial executor.
 */
final class RetryRounds {

    /** Beyond so many failures the wait grows no more, and all wait for the same round. */
    private static final int LEVELS = 8;

    private record Level(int failures, boolean refused) {}

    private final RegistrarLoop loop;
    private final Map<Level, Set<Runnable>> rounds = new HashMap<>();

    RetryRounds(RegistrarLoop loop) {
        this.loop = loop;
    }

    /** Runs a task with all that failed as often; where they wait already, when their wait is over. */
    Timer.Handle join(int failures, boolean refused, Runnable task) {
        Level level = new Level(Math.min(failures, LEVELS), refused);
        Set<Runnable> waiting = rounds.computeIfAbsent(level, added -> {
            loop.after(loop.backoff(failures, refused), () -> begin(level));
            return new LinkedHashSet<>();
        });
        waiting.add(task);
        return () -> waiting.remove(task);
    }

    private void begin(Level level) {
        Set<Runnable> due = rounds.remove(level);
        if (due != null) {
            List.copyOf(due).forEach(Runnable::run);
        }
    }
}
