package dev.rollcall.conformance.durable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that runs {@code rollcall serve --data-dir}, with the JVM options of the {@code rollcall} script; it ends with this one. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready to serve client requests at (\\S+:([0-9]+))");

    private final Process process;
    private final int port;

    private ServeProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one on a free port, and waits until it serves. */
    static ServeProcess start(Path directory) {
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:-UsePerfData",
                            // It is killed before its code is worth the second compiler's time.
                            "-XX:TieredStopAtLevel=1",
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.rollcall.cli.Main",
                            "serve",
                            "--listen-client-urls",
                            "http://127.0.0.1:0",
                            "--data-dir",
                            directory.toString(),
                            "--while-input-is-open"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new ServeProcess(process, awaitPort(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int awaitPort(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return Integer.parseInt(ready.group(2));
            }
        }
        throw new IllegalStateException("the server ended while it started");
    }
}
