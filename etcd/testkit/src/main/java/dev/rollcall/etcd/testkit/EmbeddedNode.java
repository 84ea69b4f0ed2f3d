package dev.rollcall.etcd.testkit;

import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.EmbeddedEtcdBuilder;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The embedded server in this JVM. It lives in memory, so being killed and being stopped are the same to it. */
final class EmbeddedNode implements TestEtcd {

    private static final int PORT_ATTEMPTS = 5;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final EmbeddedEtcd server;
    private final AdminCalls admin;

    private EmbeddedNode(EtcdSpec spec, EmbeddedEtcd server) {
        this.server = server;
        this.admin = spec.adminCalls(endpoints());
    }

    /** Starts a server on a port that is still free when it returns, where outgoing connections never take it. */
    static EmbeddedNode launch(EtcdSpec spec, Consumer<EmbeddedEtcdBuilder> settings) {
        for (int attempt = 1; ; attempt++) {
            EmbeddedEtcdBuilder builder = EmbeddedEtcd.builder().port(Ports.free());
            settings.accept(builder);
            try {
                EmbeddedNode node = new EmbeddedNode(spec, builder.start());
                node.admin.protect();
                return node;
            } catch (UncheckedIOException e) {
                if (attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<String> endpoints() {
        return List.of(server.endpoint());
    }

    @Override
    public String version() {
        return admin.status(DEADLINE).getVersion();
    }

    @Override
    public boolean running() {
        return server.isRunning();
    }

    @Override
    public void start() {
        if (!server.isRunning()) {
            server.restart();
        }
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void kill() {
        server.stop();
    }

    @Override
    public void pause() {
        if (!running()) {
            throw new IllegalStateException("the embedded etcd is stopped, so it cannot be paused");
        }
        server.pause();
    }

    @Override
    public void resume() {
        server.resume();
    }

    @Override
    public void wipe() {
        server.stop();
        server.wipe();
        server.restart();
        admin.protect();
    }

    @Override
    public void saveSnapshot(Path file) {
        admin.saveSnapshot(file);
    }

    @Override
    public void restoreSnapshot(Path file) {
        throw new UnsupportedOperationException("the embedded etcd cannot be restored from a snapshot");
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
        return server.openWatches();
    }

    @Override
    public Set<Long> liveLeases() {
        return admin.leases();
    }

    @Override
    public boolean expireLease(long lease) {
        return admin.revoke(lease);
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "embedded etcd at " + server.endpoint();
    }
}
