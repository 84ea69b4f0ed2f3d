package dev.rollcall.nemesis;

import dev.rollcall.nemesis.history.Monotonic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM of its own that takes orders by lines and answers by lines. It ends when this JVM does. */
final class Jvm implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(8);
    private static final int MOST_ANSWERS = 1_000;

    private final Process process;
    private final OutputStream orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(MOST_ANSWERS);
    private final Thread reader;

    private Jvm(String name, Process process) {
        this.process = process;
        this.orders = process.getOutputStream();
        this.reader = new Thread(this::read, "nemesis-" + name);
        reader.setDaemon(true);
        reader.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "nemesis-end-" + name));
    }

    /** Starts a main class on this JVM's class path; what it logs is appended to {@code <directory>/<name>.log}. */
    static Jvm start(
            String name, Path directory, Map<String, String> environment, String mainClass, List<String> args) {
        Path log = directory.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx96m"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        String logging = System.getProperty("logback.configurationFile");
        if (logging != null) {
            command.add("-Dlogback.configurationFile=" + logging);
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(args);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new Jvm(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("the process " + name + " does not start", e);
        }
    }

    /** Gives an order; without effect where the process is gone. */
    void order(String line) {
        try {
            orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            orders.flush();
        } catch (IOException e) {
            // Killed on purpose: who gave the order sees that by the process.
            return;
        }
    }

    /** The next answer that begins so; null where there is none within the bound. */
    @Nullable String answer(String begin, Duration bound) {
        long until = Monotonic.nanos() + bound.toNanos();
        try {
            while (true) {
                String line = answers.poll(Math.max(0, until - Monotonic.nanos()), TimeUnit.NANOSECONDS);
                if (line == null || line.startsWith(begin)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal by its name. */
    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
            kill.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("no SIG" + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the kernel says that it is stopped. */
    boolean stopped() {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return line.startsWith("T", line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it as {@code kill -9} does, and waits for its end. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(END);
    }

    /** What it ended with: 137 after {@code kill -9}. */
    int exitValue() {
        return process.isAlive() ? -1 : process.exitValue();
    }

    boolean awaitEnd(Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends it: by the end of its orders, and by {@code kill -9} where it does not go. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            process.destroy();
        }
        if (!awaitEnd(END)) {
            kill();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                while (!answers.offer(line)) {
                    answers.poll();
                }
            }
        } catch (IOException e) {
            // The process is gone, and with it what it had to say.
            return;
        }
    }
}
