package dev.rollcall.examples.fleet;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a {@link FleetServer}, and the hand that makes it suffer. */
final class ServerProcess implements AutoCloseable {

    private static final Duration ENDED = Duration.ofSeconds(20);

    private final String id;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final String address;

    private ServerProcess(String id, Process process) {
        this.id = id;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.address = said("listening ");
    }

    /** Starts one that listens, and is not registered yet. */
    static ServerProcess start(String store, String id) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "-cp",
                System.getProperty("java.class.path"),
                FleetServer.class.getName(),
                store,
                id);
        try {
            return new ServerProcess(
                    id,
                    new ProcessBuilder(command)
                            .redirectError(new File("/dev/null"))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("no server could be started", e);
        }
    }

    String id() {
        return id;
    }

    /** Where it listens. */
    String address() {
        return address;
    }

    /** Lets it register where it listens; returns when it is. */
    ServerProcess register() {
        return register("");
    }

    /** Lets it register with an address through which it is reached; returns when it is. */
    ServerProcess register(String reached) {
        tell(reached);
        said("registered");
        return this;
    }

    void weight(int weight) {
        tell(Integer.toString(weight));
    }

    /** Ends it in good order, as an operator does. */
    void terminate() {
        process.destroy();
        await();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Freezes it, or lets it go on. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("server " + id + " is gone", e);
        }
    }

    private String said(String beginning) {
        try {
            String line = output.readLine();
            if (line == null || !line.startsWith(beginning)) {
                throw new IllegalStateException("server " + id + " said '" + line + "', not '" + beginning + "...'");
            }
            return line.substring(beginning.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await() {
        try {
            if (!process.waitFor(ENDED.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("server " + id + " does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
