package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees to it that no etcd process outlives this JVM, even when the JVM is killed.
 *
 * <p>A small shell waits at the end of a pipe for this JVM. It is told of every process that begins and ends; when the pipe
 * breaks, it kills what is left and removes the directory in which all data and logs of this JVM's processes lie. A shutdown
 * hook does the killing earlier where the JVM gets the chance.
 */
final class Watchdog {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r what pid; do
              case $what in
                born) pids="$pids $pid" ;;
                dead) left=; for p in $pids; do [ "$p" = "$pid" ] || left="$left $p"; done; pids=$left ;;
              esac
            done
            [ -z "$pids" ] || kill -9 $pids 2>/dev/null
            rm -rf "$1" || { sleep 1; rm -rf "$1"; }
            """;

    private static final Watchdog INSTANCE = new Watchdog();

    private final Set<ProcessHandle> alive = new HashSet<>();
    private final Path directory;
    private final Writer pipe;

    private Watchdog() {
        try {
            directory = Files.createTempDirectory("rollcall-etcd-");
            Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "rollcall-watchdog", directory.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            pipe = shell.outputWriter(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("the shell that ends stray etcd processes does not start", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll, "rollcall-testkit-shutdown"));
    }

    /** A new directory, removed when this JVM has ended. */
    static Path newDirectory(String name) {
        try {
            return Files.createTempDirectory(INSTANCE.directory, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void born(Process process) {
        INSTANCE.record("born", process);
    }

    static void dead(Process process) {
        INSTANCE.record("dead", process);
    }

    private synchronized void record(String what, Process process) {
        boolean changed = what.equals("born") ? alive.add(process.toHandle()) : alive.remove(process.toHandle());
        if (!changed) {
            return;
        }
        try {
            pipe.write(what + " " + process.pid() + "\n");
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the shell that ends stray etcd processes is gone", e);
        }
    }

    private synchronized void killAll() {
        alive.forEach(ProcessHandle::destroyForcibly);
    }
}
