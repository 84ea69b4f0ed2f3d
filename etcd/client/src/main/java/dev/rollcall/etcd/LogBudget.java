package dev.rollcall.etcd;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;

/**
 * What a client may log: a few lines a minute, whatever fails, and how many it left out; those are logged on level DEBUG. A line has 256
 * characters at most, all of which can be seen, whatever the store said. Safe for use by several threads.
 */
final class LogBudget {

    /** With the line that says how many were left out there are ten. */
    static final int LINES_A_MINUTE = 9;

    private static final int MOST_CHARACTERS = 256;
    private static final String CUT = "...";
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier clock;
    private long minute;
    private int lines;
    private long leftOut;

    LogBudget(LongSupplier clock) {
        this.clock = clock;
        this.minute = clock.getAsLong();
    }

    /** Logs a line, as {@link Logger#atLevel} does, if there is room. */
    void log(Logger to, Level level, String format, @Nullable Object... arguments) {
        long left;
        boolean room;
        synchronized (this) {
            long now = clock.getAsLong();
            boolean over = now - minute >= MINUTE_NANOS;
            left = over ? leftOut : 0;
            if (over) {
                minute = now;
                lines = 0;
                leftOut = 0;
            }
            room = lines < LINES_A_MINUTE;
            if (room) {
                lines++;
            } else {
                leftOut++;
            }
        }
        if (left > 0) {
            to.warn("{} more lines of this client were left out; they are logged on level DEBUG", left);
        }
        FormattingTuple line = MessageFormatter.arrayFormat(format, arguments);
        to.atLevel(room ? level : Level.DEBUG).setCause(line.getThrowable()).log(harmless(line.getMessage()));
    }

    private static String harmless(String line) {
        return UNSEEN.matcher(line.length() <= MOST_CHARACTERS ? line : cut(line))
                .replaceAll("\uFFFD");
    }

    private static String cut(String line) {
        int end = MOST_CHARACTERS - CUT.length();
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
