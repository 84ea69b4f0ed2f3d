package dev.rollcall.etcd.testkit;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of one endpoint, which spoils what passes through it in the ways of a bad network. It knows nothing of what is
 * spoken, so TLS passes, too.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoints().get(0));
 *         EtcdClient client = EtcdClient.connect(proxy.endpoint())) {
 *     proxy.toClient(Fault.blackHole());                             // answers are lost from now on
 *     proxy.both(Fault.delay(ofMillis(200), ofMillis(150)));         // a long way
 *     proxy.existing().toClient(Fault.cut().after(10_000));          // the connections of now end in the middle of an answer
 *     proxy.heal();                                                  // all is well again
 *     assertThat(proxy.counters().acted(Fault.Kind.CUT)).isPositive();
 * }
 * }</pre>
 *
 * <p>It begins without a fault. Each direction has one fault at a time; {@link #toServer}, {@link #toClient} and {@link #both} set it for
 * connections that exist and for those to come, {@link #existing} and {@link #upcoming} for either alone. For two faults at once put one
 * proxy in front of another. A method returns when what it says is in effect. A client that connects while the server is away sees
 * its connection accepted, then reset. The server may stop, be wiped and start again behind it.
 *
 * <p>The proxy listens on {@code 127.0.0.1}, on a port that stays its own until {@link #close}. It has one thread, holds 1 MiB per
 * direction of a connection at most, and may be used by several threads. Methods throw {@link IllegalStateException} once it is closed.
 */
public final class FaultProxy implements AutoCloseable {

    private final String scheme;
    private final ProxyLoop loop;

    private FaultProxy(String scheme, InetSocketAddress target) {
        this.scheme = scheme;
        this.loop = new ProxyLoop(target);
    }

    /**
     * A proxy in front of an endpoint, such as {@code http://127.0.0.1:2379}. Nobody needs to listen there yet.
     *
     * @throws IllegalArgumentException if it names no host and port, or the host has no address
     */
    public static FaultProxy inFrontOf(String endpoint) {
        URI uri = URI.create(endpoint);
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("not an endpoint, such as http://127.0.0.1:2379: " + endpoint);
        }
        InetSocketAddress target = new InetSocketAddress(uri.getHost(), uri.getPort());
        if (target.isUnresolved()) {
            throw new IllegalArgumentException("no address is known for " + endpoint);
        }
        return new FaultProxy(uri.getScheme(), target);
    }

    /** Where clients connect to instead: {@code http://127.0.0.1:port}, or {@code https} if the server's endpoint says so. */
    public String endpoint() {
        return scheme + "://127.0.0.1:" + loop.address.getPort();
    }

    /** Sets the fault of what clients send, on all connections and those to come. */
    public void toServer(Fault fault) {
        set(fault, null, true, true);
    }

    /** Sets the fault of what the server sends, on all connections and those to come. */
    public void toClient(Fault fault) {
        set(null, fault, true, true);
    }

    /** Sets the fault of both directions, on all connections and those to come. */
    public void both(Fault fault) {
        set(fault, fault, true, true);
    }

    /** The connections there are when the fault is set; those to come keep what was set for them. */
    public Connections existing() {
        return new Connections(true);
    }

    /** The connections to come; those that exist keep their faults. */
    public Connections upcoming() {
        return new Connections(false);
    }

    private void set(@Nullable Fault toServer, @Nullable Fault toClient, boolean existing, boolean upcoming) {
        loop.run(() -> {
            if (upcoming) {
                loop.newToServer = toServer == null ? loop.newToServer : toServer;
                loop.newToClient = toClient == null ? loop.newToClient : toClient;
            }
            if (existing) {
                long now = Await.nanoTime();
                loop.forEach(connection -> connection.set(toServer, toClient, now));
            }
        });
    }

    /** Resets (RST) every connection there is, on both sides. Does not change the faults of those to come. */
    public void resetAll() {
        loop.run(() -> loop.forEach(ProxiedConnection::reset));
    }

    /** Accepts connections from now on and does nothing with them: no byte is read or sent, until {@link #heal}. */
    public void acceptSilently() {
        loop.run(() -> loop.silent = true);
    }

    /** Refuses connections from now on, until {@link #heal}. The port stays ours, and connections there are go on. */
    public void refuse() {
        loop.run(loop::refuse);
    }

    /**
     * Ends every fault: all connections pass everything, the port accepts, and connections that were accepted silently go on. A connection
     * that lost bytes in a {@linkplain Fault#blackHole black hole} is reset.
     */
    public void heal() {
        loop.run(() -> {
            loop.silent = false;
            loop.listen();
            loop.dialAll();
        });
        both(Fault.pass());
    }

    /** What has happened so far. May be asked after the end, too. */
    public Counters counters() {
        return loop.counts.read();
    }

    /** Ends every connection and gives the port back; within 3 s its thread is gone. */
    @Override
    public void close() {
        loop.close();
    }

    @Override
    public String toString() {
        return "FaultProxy[" + endpoint() + ", " + counters() + "]";
    }

    /** Some of the connections of a proxy: what is said of them leaves the others alone. */
    public final class Connections {

        private final boolean existing;

        private Connections(boolean existing) {
            this.existing = existing;
        }

        /** Sets the fault of what clients send. */
        public void toServer(Fault fault) {
            set(fault, null, existing, !existing);
        }

        /** Sets the fault of what the server sends. */
        public void toClient(Fault fault) {
            set(null, fault, existing, !existing);
        }

        /** Sets the fault of both directions. */
        public void both(Fault fault) {
            set(fault, fault, existing, !existing);
        }
    }

    /**
     * What a proxy has done since it was made: by this a test shows that its fault acted.
     *
     * @param accepted connections of clients
     * @param open those of them that are open now
     * @param undialled those for which the server was not reached
     * @param toServer bytes passed to the server
     * @param toClient bytes passed to clients
     * @param faults how often each sort of fault took effect; without those that never did
     */
    public record Counters(
            long accepted, long open, long undialled, long toServer, long toClient, Map<Fault.Kind, Long> faults) {

        /** Takes a copy of the map. */
        public Counters {
            faults = Map.copyOf(faults);
        }

        /** How often this sort of fault took effect; 0 if never. */
        public long acted(Fault.Kind kind) {
            return faults.getOrDefault(kind, 0L);
        }
    }
}
