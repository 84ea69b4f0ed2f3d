package dev.rollcall.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * What many writers may log together: ten lines a minute on each level, the last of which says how many were left out; those are logged on level DEBUG.
 *
 * <p>Each is a {@link LogLine}. Safe for use by several threads.
 */
public final class LogBudget {

    /** With the line that says how many were left out there are ten. */
    static final int LINES_A_MINUTE = 9;

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger to;
    private final TimeSource time;
    private final Map<Level, Minute> minutes = new EnumMap<>(Level.class);

    private static final class Minute {
        private long began;
        private int lines;
        private long leftOut;

        Minute(long began) {
            this.began = began;
        }

        /** How many lines of the last minute were left out, where it is over; else 0. */
        long nextAt(long now) {
            if (now - began < MINUTE_NANOS) {
                return 0;
            }
            long left = leftOut;
            began = now;
            lines = 0;
            leftOut = 0;
            return left;
        }

        boolean hasRoom() {
            if (lines < LINES_A_MINUTE) {
                lines++;
                return true;
            }
            leftOut++;
            return false;
        }
    }

    /** A budget for lines to a logger. */
    public LogBudget(Logger to, TimeSource time) {
        this.to = to;
        this.time = time;
    }

    /**
     * Logs a line, as {@link Logger#atLevel} does, if there is room.
     *
     * @return whether there was, so that a line that is said once can be said later instead; true where nobody wants lines of this level
     */
    public boolean log(Level level, String format, @Nullable Object... arguments) {
        if (!to.isEnabledForLevel(level)) {
            return true;
        }
        long left;
        boolean room;
        synchronized (minutes) {
            long now = time.nanos();
            Minute minute = minutes.computeIfAbsent(level, first -> new Minute(now));
            left = minute.nextAt(now);
            room = level.toInt() <= Level.DEBUG.toInt() || minute.hasRoom();
        }
        if (left > 0) {
            to.atLevel(level).log("{} more lines were left out; they are logged on level DEBUG", left);
        }
        Level shown = room ? level : Level.DEBUG;
        if (to.isEnabledForLevel(shown)) {
            to.atLevel(shown).log(LogLine.of(format, arguments));
        }
        return room;
    }
}
