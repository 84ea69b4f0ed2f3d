package dev.rollcall.cli.demo;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Stopwatch;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Prints what happens, each line with the time since the start, and waits for what should. Safe for use by several threads. */
final class Story {

    private enum Colour {
        PLAIN(""),
        BOLD("1"),
        GREEN("32"),
        YELLOW("33"),
        RED("31");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    private final Console console;
    private final Stopwatch stopwatch = Stopwatch.start();
    private int chapter;

    Story(Console console) {
        this.console = console;
    }

    /** The time since the beginning. */
    Duration now() {
        return stopwatch.elapsed();
    }

    synchronized void title(String text) {
        print(Colour.BOLD, text);
    }

    synchronized void chapter(String text) {
        stopIfAsked();
        chapter++;
        print(Colour.PLAIN, "");
        print(Colour.BOLD, chapter + ". " + text);
    }

    synchronized void heading(String text) {
        print(Colour.PLAIN, "");
        print(Colour.BOLD, text);
    }

    /** Something the demo does. */
    void tell(String text) {
        timed(Colour.PLAIN, "  " + text);
    }

    /** Something discovery says. */
    void up(String text) {
        timed(Colour.GREEN, "+ " + text);
    }

    void changed(String text) {
        timed(Colour.YELLOW, "~ " + text);
    }

    void down(String text) {
        timed(Colour.RED, "- " + text);
    }

    synchronized void figure(String name, String value) {
        print(Colour.PLAIN, String.format(Locale.ROOT, "   %-28s %s", name, value));
    }

    /**
     * Waits for what should happen.
     *
     * @throws Failure if it does not in time; the text says what was expected
     */
    void expect(String what, Duration bound, BooleanSupplier condition) {
        boolean happened = Stopwatch.await(
                bound, () -> condition.getAsBoolean() || console.stop().isRaised());
        stopIfAsked();
        if (!happened) {
            throw new Failure(
                    ExitCode.ERROR, "the demo failed: expected " + what + " within " + bound.toSeconds() + " s");
        }
    }

    /** Lets some time pass, so that what should not happen has its chance. */
    void pause(Duration time) {
        Stopwatch.await(time, () -> console.stop().isRaised());
        stopIfAsked();
    }

    /** Ends the demo where something is not as it should be. */
    void check(String what, boolean holds) {
        if (!holds) {
            throw new Failure(ExitCode.ERROR, "the demo failed: expected " + what);
        }
    }

    private void stopIfAsked() {
        if (console.stop().isRaised()) {
            throw new Stopped();
        }
    }

    private synchronized void timed(Colour colour, String text) {
        print(colour, String.format(Locale.ROOT, "%7s s  %s", Stopwatch.seconds(now(), 2), text));
    }

    private void print(Colour colour, String text) {
        String safe = SafeText.line(text);
        boolean coloured = console.colour() && !colour.code.isEmpty();
        console.out().println(coloured ? "\u001b[" + colour.code + "m" + safe + "\u001b[0m" : safe);
        console.out().flush();
    }
}
