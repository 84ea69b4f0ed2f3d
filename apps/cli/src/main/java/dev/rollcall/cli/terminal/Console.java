package dev.rollcall.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The process as a command sees it.
 *
 * @param in standard input
 * @param out where data goes, UTF-8
 * @param err where talk goes, UTF-8
 * @param terminal whether {@code out} is shown to a person
 * @param env the environment
 * @param stop tells that the process is asked to end
 */
public record Console(
        InputStream in, PrintStream out, PrintStream err, boolean terminal, Map<String, String> env, StopSignal stop) {

    /** The console of this JVM. The launcher says by {@code -Drollcall.terminal} whether there is a terminal, as Java 17 cannot tell. */
    public static Console ofProcess() {
        return new Console(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("rollcall.terminal"),
                Map.copyOf(System.getenv()),
                StopSignal.ofProcess());
    }

    /** Whether colours may be used: on a terminal that knows them, unless {@code NO_COLOR} is set. */
    public boolean colour() {
        return terminal
                && env.getOrDefault("NO_COLOR", "").isEmpty()
                && !env.getOrDefault("TERM", "").equals("dumb");
    }

    /** A variable that is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(env.get(name)).filter(value -> !value.isBlank());
    }

    /** Says one line to the person at the terminal; stored or foreign text in it is made safe. */
    public void say(String line) {
        err.println(SafeText.line(line));
        err.flush();
    }

    /** Writes one line of data at once, and tells whether somebody still reads. */
    public boolean emit(String line) {
        out.println(line);
        return !out.checkError();
    }
}
