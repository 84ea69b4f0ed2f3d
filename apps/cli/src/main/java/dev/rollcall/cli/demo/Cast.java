package dev.rollcall.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every process on the stage, so that none is left behind: not at the end, not on Ctrl-C. Safe for use by several threads. */
final class Cast implements AutoCloseable {

    private static final String READY = "ready to serve client requests";

    private final Map<String, ChildProcess> workers = new LinkedHashMap<>();
    private final Thread curtain = new Thread(this::killAll, "rollcall-demo-curtain");
    private @Nullable ChildProcess server;

    Cast() {
        Runtime.getRuntime().addShutdownHook(curtain);
    }

    /** Starts a server in a process of its own; an address with port 0 lets it choose one. */
    synchronized ChildProcess startServer(String url) {
        if (server != null) {
            server.close();
        }
        ChildProcess started =
                ChildProcess.java("server", List.of("serve", "--listen-client-urls", url, "--while-input-is-open"));
        server = started;
        return started;
    }

    /** The address at which a server serves, once it does. */
    static Optional<String> address(ChildProcess server) {
        return server.lastLines().stream()
                .filter(line -> line.contains(READY))
                .map(line -> line.substring(line.indexOf("http")).split("\\s", 2)[0])
                .findFirst();
    }

    /** Starts a worker: one instance of one service. */
    synchronized ChildProcess startWorker(String id, Scene scene) {
        List<String> arguments =
                new ArrayList<>(List.of("worker", "--endpoints", String.join(",", scene.endpoints()), service(id), id));
        if (!scene.prefix().isEmpty()) {
            arguments.addAll(List.of("--prefix", scene.prefix()));
        }
        ChildProcess worker = ChildProcess.java(id, arguments);
        workers.put(id, worker);
        return worker;
    }

    synchronized ChildProcess worker(String id) {
        ChildProcess worker = workers.get(id);
        if (worker == null) {
            throw new IllegalArgumentException("there is no worker " + id);
        }
        return worker;
    }

    /** What the processes that ended by themselves said last. */
    synchronized List<String> lastWords() {
        List<String> words = new ArrayList<>();
        List<ChildProcess> all = new ArrayList<>(workers.values());
        if (server != null) {
            all.add(server);
        }
        for (ChildProcess process : all) {
            process.lastLines().forEach(line -> words.add(process.name() + ": " + line));
        }
        return words;
    }

    /** The service of an instance called {@code user-1} is {@code user}. */
    static String service(String id) {
        return id.substring(0, id.indexOf('-'));
    }

    @Override
    public synchronized void close() {
        workers.values().forEach(worker -> worker.order("stop"));
        workers.values().forEach(ChildProcess::close);
        if (server != null) {
            server.close();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(curtain);
        } catch (IllegalStateException e) {
            // The JVM is going down already, and the hook does the rest.
            return;
        }
    }

    private synchronized void killAll() {
        workers.values().forEach(ChildProcess::kill);
        if (server != null) {
            server.kill();
        }
    }
}
