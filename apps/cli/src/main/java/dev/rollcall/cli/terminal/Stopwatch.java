package dev.rollcall.cli.terminal;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Time since a moment, and the one place of this module that reads a clock or sleeps. Immutable. */
public final class Stopwatch {

    private final long started = System.nanoTime();

    private Stopwatch() {}

    /** Starts now. */
    public static Stopwatch start() {
        return new Stopwatch();
    }

    /** The time since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Waits until a condition holds; false if it does not within the bound, counted from now. */
    public static boolean await(Duration bound, BooleanSupplier condition) {
        Stopwatch waited = start();
        while (!condition.getAsBoolean()) {
            if (waited.elapsed().compareTo(bound) >= 0 || !pause(Duration.ofMillis(5))) {
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    /** Does nothing for a while; false if the thread was interrupted. */
    public static boolean pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The time of day, to the millisecond, for people. */
    public static String timeOfDay() {
        LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        return String.format(Locale.ROOT, "%tT.%<tL", now);
    }

    /** A duration as a number of seconds with so many digits behind the point. */
    public static String seconds(Duration time, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", time.toNanos() / 1e9);
    }
}
