package dev.rollcall.nemesis;

import dev.rollcall.nemesis.history.Monotonic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The embedded server in a process of its own. It lives in memory: who kills it wipes it. */
final class EmbeddedStore implements Store {

    private static final int LOWEST_PORT = 10_000;
    private static final int PORTS = 20_000;
    private static final Duration START = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private Jvm jvm;

    EmbeddedStore(Path directory) {
        this.directory = directory;
        port = freePort();
        jvm = launch();
    }

    /** Below the range of outgoing connections: a client that dials a port of that range while nobody listens may reach itself. */
    private static int freePort() {
        int first = (int) (Monotonic.nanos() / 1_000 % PORTS);
        for (int i = 0; i < PORTS; i++) {
            int candidate = LOWEST_PORT + (first + i) % PORTS;
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no free port");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Jvm launch() {
        Jvm started = Jvm.start(
                "embedded", directory, Map.of(), EmbeddedMain.class.getName(), List.of(Integer.toString(port)));
        if (started.answer("up", START) == null) {
            started.close();
            throw new IllegalStateException("the embedded server does not come up; see " + directory);
        }
        return started;
    }

    @Override
    public List<String> endpoints() {
        return List.of("http://127.0.0.1:" + port);
    }

    @Override
    public String password() {
        return "";
    }

    @Override
    public boolean keepsData() {
        return false;
    }

    @Override
    public boolean forgetful() {
        return false;
    }

    @Override
    public int leader() {
        return 0;
    }

    /** Drops every connection and stops listening; the data stays, as it would on a disk. */
    @Override
    public void kill(int member) {
        jvm.order("down");
        jvm.answer("down", START);
    }

    @Override
    public void start(int member) {
        jvm.order("up");
        jvm.answer("up", START);
    }

    @Override
    public void pause(int member) {
        jvm.signal("STOP");
    }

    @Override
    public void resume(int member) {
        jvm.signal("CONT");
    }

    @Override
    public boolean running(int member) {
        return jvm.alive();
    }

    @Override
    public void killAll() {
        kill(0);
    }

    @Override
    public void startAll() {
        start(0);
    }

    @Override
    public void wipe() {
        jvm.kill();
        jvm = launch();
    }

    @Override
    public void saveSnapshot(Path file) {
        throw new UnsupportedOperationException("no snapshots");
    }

    @Override
    public void restoreSnapshot(Path file) {
        throw new UnsupportedOperationException("no snapshots");
    }

    @Override
    public void close() {
        jvm.kill();
    }
}
