package dev.rollcall.pick;

import java.time.Duration;

/**
 * When a picker stops choosing an instance whose calls fail, and for how long.
 *
 * <p>It rests on what callers say of their calls; who says nothing has nobody ejected. An ejection ends by time; the next failure after it ejects again at
 * once, and for longer.
 *
 * @param failuresInRow so many failures without a success between them eject; 0 never
 * @param failurePercent so large a share of failures ejects, where there were enough calls; 1 to 100, 0 never
 * @param enoughCalls the calls within a window that a share is taken of, at least 1
 * @param window the time over which the share is taken, positive
 * @param duration how long the first ejection lasts, positive; the n-th in a row lasts n times as long
 * @param longest the bound of that; who was not ejected for so long begins anew
 * @param mostPercent the largest share of the instances that may be ejected at a time, 0 to 100; one always may, unless it is 0
 * @param panicPercent where a smaller share than this is left, 0 to 100, all are used again: too many failures at once are the caller's own
 */
public record EjectionRules(
        int failuresInRow,
        int failurePercent,
        int enoughCalls,
        Duration window,
        Duration duration,
        Duration longest,
        int mostPercent,
        int panicPercent) {

    private static final EjectionRules DEFAULTS =
            new EjectionRules(3, 50, 20, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), 10, 50);

    /** Checks all. */
    public EjectionRules {
        atLeast("failuresInRow", failuresInRow, 0);
        percent("failurePercent", failurePercent);
        atLeast("enoughCalls", enoughCalls, 1);
        positive("window", window);
        positive("duration", duration);
        positive("longest", longest);
        percent("mostPercent", mostPercent);
        percent("panicPercent", panicPercent);
    }

    /**
     * Three failures in a row, or half of at least 20 calls within 10 s; for 10 s, 20 s and so on up to 5 min; at most 10 % at a time, but one always;
     * all are used where less than half is left.
     */
    public static EjectionRules defaults() {
        return DEFAULTS;
    }

    /** Nobody is ever ejected. */
    public static EjectionRules none() {
        return DEFAULTS.withMostPercent(0);
    }

    /** The same with another number of failures in a row; 0 to look at the share alone. */
    public EjectionRules withFailuresInRow(int failures) {
        return new EjectionRules(
                failures, failurePercent, enoughCalls, window, duration, longest, mostPercent, panicPercent);
    }

    /** The same with another share of failures, of at least so many calls within so long; 0 to look at failures in a row alone. */
    public EjectionRules withFailurePercent(int percent, int ofCalls, Duration within) {
        return new EjectionRules(failuresInRow, percent, ofCalls, within, duration, longest, mostPercent, panicPercent);
    }

    /** The same with ejections of another length. */
    public EjectionRules withDuration(Duration first, Duration longest) {
        return new EjectionRules(
                failuresInRow, failurePercent, enoughCalls, window, first, longest, mostPercent, panicPercent);
    }

    /** The same with another share that may be ejected at a time; 0 for none. */
    public EjectionRules withMostPercent(int percent) {
        return new EjectionRules(
                failuresInRow, failurePercent, enoughCalls, window, duration, longest, percent, panicPercent);
    }

    /** The same with another share below which all are used; 0 for never. */
    public EjectionRules withPanicPercent(int percent) {
        return new EjectionRules(
                failuresInRow, failurePercent, enoughCalls, window, duration, longest, mostPercent, percent);
    }

    /** How many of so many may be ejected at a time. */
    int most(int of) {
        return mostPercent == 0 ? 0 : Math.max(1, (int) ((long) of * mostPercent / 100));
    }

    /** Whether so few of so many are left that all are used. */
    boolean panic(int left, int of) {
        return (long) left * 100 < (long) of * panicPercent;
    }

    /** How long the n-th ejection in a row lasts, in nanoseconds. */
    long nanos(int ejections) {
        long first = Math.min(duration.toNanos(), longest.toNanos());
        return ejections > longest.toNanos() / first ? longest.toNanos() : first * ejections;
    }

    private static void atLeast(String field, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(field + " is at least " + least + ", not " + value);
        }
    }

    private static void percent(String field, int value) {
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException(field + " is a percentage from 0 to 100, not " + value);
        }
    }

    private static void positive(String field, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(
                    field + " is a time of more than nothing and at most a year, not " + value);
        }
    }
}
