package dev.rollcall.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** A process of a {@link Subject} on a directory of its own, which goes with it. */
final class Server implements AutoCloseable {
    private static final int END_SECONDS = 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path home;
    private final int port;
    private final Thread end;

    private Server(Process process, Path home, int port) {
        this.process = process;
        this.home = home;
        this.port = port;
        this.end = new Thread(process::destroyForcibly, "bench-end-" + port);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** Starts one; what it says goes into a file, so nobody has to read it. */
    static Server launch(Subject subject, Subject.Programs programs) throws IOException {
        return launch((data, port) -> subject.command(programs, data, port));
    }

    /** As {@link #launch(Subject, Subject.Programs)}, by a command line that follows from the directory and the port. */
    static Server launch(BiFunction<Path, Integer, List<String>> command) throws IOException {
        Path home = Files.createTempDirectory("rollcall-bench-");
        int port = freePort();
        Process process = new ProcessBuilder(command.apply(home.resolve("data"), port))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile())
                .start();
        return new Server(process, home, port);
    }

    int port() {
        return port;
    }

    /** Where an etcd of this port answers. */
    String url() {
        return url(port);
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    /** What an etcd tells of itself, in Prometheus' text. */
    String metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/metrics"))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** How long processors have worked for it. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Fails where the process has ended.
     *
     * @throws IllegalStateException with what it said last
     */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the server ended: " + output());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(end);
        delete(home);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private String output() {
        try {
            return Files.readString(home.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }
}
