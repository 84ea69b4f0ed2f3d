package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code rollcall serve} as a process of its own, on a free port, with its output in files. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern READY = Pattern.compile("ready to serve client requests at (\\S+)");

    private final Process process;
    private final Path out;
    private final Path err;

    private ServerProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts one; variables of etcd are those given only. */
    static ServerProcess start(Path logs, Map<String, String> variables, String... options) {
        try {
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.rollcall.cli.Main",
                    "serve"));
            line.addAll(List.of(options));
            Path out = Files.createTempFile(logs, "out", ".txt");
            Path err = Files.createTempFile(logs, "err", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
            builder.environment().putAll(variables);
            return new ServerProcess(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it serves, and tells where. */
    String awaitEndpoint() {
        Awaitility.await().atMost(PATIENCE).until(() -> READY.matcher(out()).find() || !process.isAlive());
        Matcher ready = READY.matcher(out());
        assertThat(ready.find()).as("it said: %s%s", out(), err()).isTrue();
        return ready.group(1);
    }

    /** A command of ours against it, which must end with this code. */
    CommandLineRun run(int code, String... line) {
        List<String> args = new ArrayList<>(List.of(line));
        args.addAll(List.of("--endpoints", awaitEndpoint()));
        // What is tested is the answer, and not how soon a busy machine gives it.
        return CommandLineRun.bare()
                .with("ROLLCALL_TIMEOUT", "30s")
                .run(args.toArray(String[]::new))
                .exits(code);
    }

    /** Asks it to end, as service managers do, and waits no longer than it may take. */
    int terminate(Duration bound) throws InterruptedException {
        process.destroy();
        return awaitEnd(bound);
    }

    int awaitEnd(Duration bound) throws InterruptedException {
        assertThat(process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS))
                .as("it ended within %s", bound)
                .isTrue();
        return process.exitValue();
    }

    String out() {
        return text(out);
    }

    String err() {
        return text(err);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
