package dev.rollcall.cli.demo;

import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that runs a command of ours.
 *
 * <p>It takes orders, one to the line, from its standard input, and ends when that closes: also when the demo itself is killed.
 */
final class ChildProcess implements AutoCloseable {

    private static final int REMEMBERED = 20;

    private final String name;
    private final Process process;
    private final OutputStream orders;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Thread reader;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.orders = process.getOutputStream();
        this.reader = new Thread(this::read, "rollcall-demo-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts this JVM's own java with this JVM's own class path. */
    static ChildProcess java(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.rollcall.cli.Main"));
        command.addAll(arguments);
        try {
            return new ChildProcess(
                    name, new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new Failure(ExitCode.ERROR, "the process " + name + " cannot be started: " + e.getMessage());
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Gives an order; without effect where the process is gone. */
    void order(String line) {
        try {
            orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            orders.flush();
        } catch (IOException e) {
            process.destroy();
        }
    }

    /** Ends it without a chance to say anything: SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(5));
    }

    private boolean awaitExit(Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The last lines it wrote. */
    List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    /** Ends it: by closing its input and, if it does not go within a second, by SIGKILL. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            process.destroy();
        }
        if (!awaitExit(Duration.ofSeconds(1))) {
            kill();
        }
        try {
            reader.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastLines) {
                    if (lastLines.size() == REMEMBERED) {
                        lastLines.removeFirst();
                    }
                    lastLines.addLast(line);
                }
            }
        } catch (IOException e) {
            // The process is gone, and with it what it had to say.
            return;
        }
    }
}
