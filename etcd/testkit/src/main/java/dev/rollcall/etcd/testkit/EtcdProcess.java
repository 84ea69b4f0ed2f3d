package dev.rollcall.etcd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real etcd: one process of a binary, alone or as a member of a cluster. */
final class EtcdProcess implements TestEtcd {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration ENDED = Duration.ofSeconds(5);
    private static final int PORT_ATTEMPTS = 5;
    private static final int LOG_LINES = 30;
    private static final Pattern WATCHERS = Pattern.compile("(?m)^etcd_debugging_mvcc_watcher_total (\\S+)");

    private final EtcdSpec spec;
    private final EtcdBinary binary;
    private final String name;
    private final Ports3 ports;
    private final String initialCluster;
    private final Path directory;
    private final AdminCalls admin;
    private @Nullable Process process;
    private boolean paused;

    private EtcdProcess(EtcdSpec spec, EtcdBinary binary, String name, Ports3 ports, String initialCluster) {
        this.spec = spec;
        this.binary = binary;
        this.name = name;
        this.ports = ports;
        this.initialCluster = initialCluster;
        this.directory = spec.directory == null ? Watchdog.newDirectory(name) : created(spec.directory.resolve(name));
        this.admin = spec.adminCalls(endpoints());
    }

    /** Starts the members of {@code spec} on ports that are free, and waits until all answer. */
    static List<EtcdProcess> launch(EtcdSpec spec) {
        List<EtcdBinary> binaries = spec.versions.stream().map(EtcdBinary::find).toList();
        for (int attempt = 1; ; attempt++) {
            List<EtcdProcess> members = plan(spec, binaries);
            try {
                members.forEach(EtcdProcess::spawn);
                members.forEach(EtcdProcess::awaitReady);
                members.get(0).admin.protect();
                return members;
            } catch (RuntimeException e) {
                boolean portTaken = members.stream().anyMatch(EtcdProcess::portTaken);
                members.forEach(EtcdProcess::close);
                if (!portTaken || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static List<EtcdProcess> plan(EtcdSpec spec, List<EtcdBinary> binaries) {
        List<Ports3> ports =
                Stream.generate(Ports3::free).limit(binaries.size()).toList();
        String initialCluster = IntStream.range(0, binaries.size())
                .mapToObj(i -> "node" + i + "=" + ports.get(i).peerUrl())
                .collect(Collectors.joining(","));
        return IntStream.range(0, binaries.size())
                .mapToObj(i -> new EtcdProcess(spec, binaries.get(i), "node" + i, ports.get(i), initialCluster))
                .toList();
    }

    @Override
    public List<String> endpoints() {
        return List.of((spec.certificates == null ? "http" : "https") + "://127.0.0.1:" + ports.client);
    }

    @Override
    public String version() {
        return binary.version();
    }

    @Override
    public synchronized boolean running() {
        return process != null && process.isAlive();
    }

    @Override
    public void start() {
        spawn();
        awaitReady();
    }

    /** Starts the process without waiting for it. */
    synchronized void spawn() {
        if (running()) {
            return;
        }
        // One that ended by itself is written off first.
        awaitEnd();
        ProcessBuilder builder = new ProcessBuilder(commandLine())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        // A setting of etcd by environment would work against our flags; ours is for 3.4, which wants it on arm64.
        builder.environment().keySet().removeIf(k -> k.startsWith("ETCD_"));
        builder.environment()
                .put("ETCD_UNSUPPORTED_ARCH", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("etcd does not start: " + binary.path(), e);
        }
        paused = false;
        Watchdog.born(process);
    }

    /** Waits until a linearizable read is answered. */
    void awaitReady() {
        boolean ready = Await.until(READY, () -> !running() || (Ports.accepts(ports.client) && admin.answers()));
        if (!ready || !running()) {
            throw new IllegalStateException("etcd " + version() + " (" + name + ") "
                    + (running() ? "gives no answer after " + READY.toSeconds() + " s" : "ended while starting")
                    + "; the last lines of its log:\n" + lastLines());
        }
    }

    @Override
    public void stop() {
        signal("TERM");
        resume();
        awaitEnd();
    }

    @Override
    public void kill() {
        signal("KILL");
        awaitEnd();
    }

    private synchronized void awaitEnd() {
        if (process == null) {
            return;
        }
        try {
            if (!process.waitFor(ENDED.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(ENDED.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Watchdog.dead(process);
        process = null;
        paused = false;
    }

    @Override
    public synchronized void pause() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("etcd " + name + " is stopped, so it cannot be paused");
        }
        signal("STOP");
        paused = true;
        // Threads that run on another core stop a little later, and might still answer.
        Path threads = Path.of("/proc", Long.toString(running.pid()), "task");
        Await.until(ENDED, () -> !Files.isDirectory(threads) || allStopped(threads));
    }

    private static boolean allStopped(Path threads) {
        try (Stream<Path> each = Files.list(threads)) {
            return each.allMatch(thread -> stoppedState(thread.resolve("stat")));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Whether the kernel says {@code T}, which follows the name in parentheses. */
    private static boolean stoppedState(Path stat) {
        try {
            String line = Files.readString(stat);
            return line.startsWith("T", line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + stat, e);
        }
    }

    @Override
    public synchronized void resume() {
        if (paused) {
            signal("CONT");
            paused = false;
        }
    }

    @Override
    public void wipe() {
        removeData();
        start();
        admin.protect();
    }

    @Override
    public void saveSnapshot(Path file) {
        admin.saveSnapshot(file);
    }

    @Override
    public void restoreSnapshot(Path file) {
        if (spec.versions.size() > 1) {
            throw new UnsupportedOperationException("a snapshot is restored on all members of a cluster or on none");
        }
        restoreData(file);
        start();
    }

    /** Kills the process and puts the data of a snapshot in place of its own, by the etcdctl that came with the binary. */
    void restoreData(Path snapshot) {
        removeData();
        ProcessBuilder builder = new ProcessBuilder(
                        binary.path().resolveSibling("etcdctl").toString(),
                        "snapshot",
                        "restore",
                        snapshot.toString(),
                        "--name=" + name,
                        "--data-dir=" + data(),
                        "--initial-advertise-peer-urls=" + ports.peerUrl(),
                        "--initial-cluster=" + initialCluster)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("ETCDCTL_API", "3");
        try {
            Process restore = builder.start();
            if (!restore.waitFor(READY.toSeconds(), TimeUnit.SECONDS) || restore.exitValue() != 0) {
                restore.destroyForcibly();
                throw new IllegalStateException("the snapshot " + snapshot + " cannot be restored:\n" + lastLines());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("etcdctl does not start, which belongs beside " + binary.path(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while restoring " + snapshot, e);
        }
    }

    /** Kills the process and removes its data. */
    void removeData() {
        kill();
        delete(data());
    }

    @Override
    public long compact() {
        return admin.compact();
    }

    @Override
    public void clear() {
        admin.clear();
    }

    @Override
    public int openWatches() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(ports.metricsUrl() + "/metrics"))
                .timeout(ENDED)
                .build();
        try {
            String metrics = HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                    .body();
            Matcher matcher = WATCHERS.matcher(metrics);
            return matcher.find() ? (int) Double.parseDouble(matcher.group(1)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("etcd " + name + " does not tell its metrics", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the metrics of etcd " + name, e);
        }
    }

    @Override
    public Set<Long> liveLeases() {
        return admin.leases();
    }

    @Override
    public boolean expireLease(long lease) {
        return admin.revoke(lease);
    }

    /** Calls to this member alone. */
    AdminCalls admin() {
        return admin;
    }

    @Override
    public void close() {
        kill();
        delete(spec.directory == null ? directory : data());
    }

    @Override
    public String toString() {
        return "etcd " + version() + " " + name + " at " + endpoints().get(0);
    }

    private List<String> commandLine() {
        String client = endpoints().get(0);
        List<String> line = new ArrayList<>(List.of(
                binary.path().toString(),
                "--name=" + name,
                "--data-dir=" + data(),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + ports.peerUrl(),
                "--initial-advertise-peer-urls=" + ports.peerUrl(),
                "--initial-cluster=" + initialCluster,
                "--initial-cluster-state=new",
                "--listen-metrics-urls=" + ports.metricsUrl(),
                "--logger=zap",
                "--log-outputs=stderr"));
        if (binary.knows("--unsafe-no-fsync")) {
            line.add("--unsafe-no-fsync");
        }
        TestCertificates certificates = spec.certificates;
        if (certificates != null) {
            line.add("--cert-file=" + certificates.server().certificate());
            line.add("--key-file=" + certificates.server().key());
            if (spec.mutualTls) {
                // Without --client-cert-auth etcd wants client certificates, too, once it has an authority to check
                // them by.
                line.add("--trusted-ca-file=" + certificates.authority());
                line.add("--client-cert-auth");
            }
        }
        line.addAll(spec.flags);
        return line;
    }

    /** Signals go through the shell, whose kill is built in: Java has none for freezing. */
    private synchronized void signal(String signal) {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("etcd " + name + " cannot be sent SIG" + signal, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean portTaken() {
        return !running() && lastLines().contains("address already in use");
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the directory for an etcd cannot be made: " + directory, e);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path log() {
        return directory.resolve("log");
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    private static void delete(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the data of an etcd of the test cannot be removed: " + root, e);
        }
    }

    /** The three ports of a member: for clients, for other members, for metrics. */
    private record Ports3(int client, int peer, int metrics) {

        static Ports3 free() {
            return new Ports3(Ports.free(), Ports.free(), Ports.free());
        }

        String peerUrl() {
            return "http://127.0.0.1:" + peer;
        }

        String metricsUrl() {
            return "http://127.0.0.1:" + metrics;
        }
    }
}
