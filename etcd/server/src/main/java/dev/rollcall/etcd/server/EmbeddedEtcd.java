package dev.rollcall.etcd.server;

import dev.rollcall.etcd.server.log.DataDirectory;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.transport.EtcdServer;
import dev.rollcall.etcd.server.transport.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An etcd in this JVM: one node, answering as etcd 3.5.16 does, in memory or with a {@linkplain EmbeddedEtcdBuilder#dataDirectory data
 * directory}.
 *
 * <pre>{@code
 * try (EmbeddedEtcd etcd = EmbeddedEtcd.start()) {
 *     connect(etcd.endpoint());
 * }
 * }</pre>
 *
 * <p>It can be stopped and started again at the same port, with its keys and leases ({@link #stop()}, {@link #restart()}) or without
 * ({@link #wipe()} in between), and halted as by SIGSTOP ({@link #pause()}). After a restart the Raft term is one higher and every
 * lease has its full time and a second; a wiped one is a new cluster with new ids, unless its cluster token was given. Safe for use
 * by several threads.
 */
public final class EmbeddedEtcd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEtcd.class);
    private static final int PORT_ATTEMPTS = 100;
    private static final long PORT_PAUSE_MILLIS = 20;

    private final EmbeddedEtcdBuilder config;
    private Identity identity;
    private Machine machine = new Machine();
    private int port;
    private @Nullable Integer httpPort;
    private @Nullable EtcdServer server;
    private @Nullable DataDirectory data;
    private boolean booted;
    private boolean hadPorts;

    EmbeddedEtcd(EmbeddedEtcdBuilder config) {
        this.config = config;
        this.identity = config.drawIdentity();
        this.port = config.port();
        this.httpPort = config.httpPort();
    }

    /**
     * Starts a server at a free port of the loopback interface.
     *
     * @throws UncheckedIOException when no port can be bound
     */
    public static EmbeddedEtcd start() {
        return builder().start();
    }

    /** Settings for a server, at first those of {@link #start()}. */
    public static EmbeddedEtcdBuilder builder() {
        return new EmbeddedEtcdBuilder();
    }

    /** Where clients connect to, such as {@code http://127.0.0.1:2379}. Stays the same over restarts. */
    public synchronized String endpoint() {
        return url(port);
    }

    /** The port clients connect to. Stays the same over restarts. */
    public synchronized int port() {
        return port;
    }

    /** Where HTTP is served, if {@link EmbeddedEtcdBuilder#httpPort} was set. */
    public synchronized Optional<String> httpEndpoint() {
        return Optional.ofNullable(httpPort).map(this::url);
    }

    /** The id by which clients know the cluster, an unsigned number. A wiped store has another one. */
    public synchronized long clusterId() {
        return identity.clusterId();
    }

    /** The id of this member, an unsigned number. */
    public synchronized long memberId() {
        return identity.memberId();
    }

    /** The store's revision: 1 when it is empty, one more with every change. */
    public synchronized long revision() {
        return machine.store().revision();
    }

    /** How many watchers are open now; 0 while it is stopped. */
    public synchronized int openWatches() {
        return server == null ? 0 : server.openWatches();
    }

    /** How many leases there are, as of the last answered request; 0 while it is stopped. */
    public synchronized int liveLeases() {
        return server == null ? 0 : server.liveLeases();
    }

    /** How many client connections are open now. */
    public synchronized int connections() {
        return server == null ? 0 : server.connections();
    }

    /** Whether it listens. */
    public synchronized boolean isRunning() {
        return server != null;
    }

    /** Halts it as SIGSTOP would: connections are accepted and nothing is answered, until {@link #resume()} or {@link #stop()}. */
    public synchronized void pause() {
        if (server != null) {
            server.pause();
        }
    }

    /** Goes on after {@link #pause()}. If that took longer than a second, every lease has its full time again. */
    public synchronized void resume() {
        if (server != null) {
            server.resume();
        }
    }

    /** Drops all connections, so that every stream ends UNAVAILABLE, and keeps the data. Returns within some seconds; no thread is left. */
    public synchronized void stop() {
        if (server != null) {
            server.stop();
            server = null;
        }
        if (data != null) {
            closeData(data);
            data = null;
        }
    }

    /**
     * Forgets all keys and leases, as if the data directory of a stopped server were removed.
     *
     * @throws IllegalStateException while it runs; stop it first
     * @throws UncheckedIOException when the data directory cannot be emptied
     */
    public synchronized void wipe() {
        if (server != null) {
            throw new IllegalStateException("Etcd is running at " + endpoint() + ": stop() it before you wipe it");
        }
        Path directory = config.dataDirectory();
        if (directory != null) {
            try {
                DataDirectory.wipe(directory);
            } catch (IOException e) {
                throw unusable(directory, e);
            }
        }
        machine = new Machine();
        identity = config.drawIdentity();
        booted = false;
    }

    /**
     * Starts it again at the same ports, with the data it has; stops it first if it runs.
     *
     * @throws UncheckedIOException when one of them is taken by now, and stays so for 2 s, or the data directory is damaged or in use
     */
    public synchronized void restart() {
        stop();
        Path directory = config.dataDirectory();
        if (directory != null) {
            data = open(directory);
            machine = data.machine();
            identity = data.identity();
        } else if (booted) {
            machine.apply(new Command.Restart(), config.clock().getAsLong());
        }
        try {
            if (config.needsUsers() && !machine.auth().enabled()) {
                throw new IllegalArgumentException("host is " + config.host()
                        + ", which others can reach, and there are no users: make some on the loopback interface first"
                        + " (user add, auth enable), ask clients for certificates, or call insecure() if the network is"
                        + " trusted");
            }
            awaitPorts();
            listen();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /**
     * A process that this JVM starts holds, until it runs, a copy of what is open here, the sockets of our ports too: then they are taken for some
     * milliseconds after the stop.
     */
    private void awaitPorts() {
        for (int i = 0; i < PORT_ATTEMPTS && hadPorts && !areFree(); i++) {
            try {
                TimeUnit.MILLISECONDS.sleep(PORT_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean areFree() {
        return isFree(port) && (httpPort == null || isFree(httpPort));
    }

    private boolean isFree(int wanted) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(config.host(), wanted));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private void listen() {
        try {
            Settings settings = config.settings(port, httpPort);
            EtcdServer started =
                    data == null ? EtcdServer.start(machine, identity, settings) : EtcdServer.start(data, settings);
            server = started;
            port = started.port();
            hadPorts = true;
            OptionalInt pages = started.httpPort();
            httpPort = pages.isPresent() ? Integer.valueOf(pages.getAsInt()) : null;
            booted = true;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen at " + config.host() + ":" + port
                            + (httpPort == null || httpPort == 0 ? "" : " and " + httpPort)
                            + " (" + e.getMessage()
                            + "): choose another port, or 0 for a free one",
                    e);
        }
    }

    private DataDirectory open(Path directory) {
        try {
            return DataDirectory.open(directory, () -> identity, config.clock().getAsLong());
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /** All that was answered is on disk already, so there is nothing to lose here. */
    private static void closeData(DataDirectory data) {
        try {
            data.close();
        } catch (IOException e) {
            LOG.warn("The data directory was not closed in order; nothing is lost", e);
        }
    }

    private static UncheckedIOException unusable(Path directory, IOException e) {
        return new UncheckedIOException("Cannot use the data directory " + directory + ": " + e.getMessage(), e);
    }

    private String url(int ofPort) {
        return config.scheme() + config.advertisedHost() + ":" + ofPort;
    }
}
