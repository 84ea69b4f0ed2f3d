package dev.rollcall.etcd;

/**
 * A client of one etcd cluster.
 *
 * <p>Made by {@code connect}, which does not wait for the store: the first call does, within its deadline. One client serves a
 * whole process; it is safe for use by several threads. Closing it ends its watches and keep-alives, leaves no thread behind and never takes
 * longer than 3 s.
 */
public final class EtcdClient implements AutoCloseable {

    private final Kv kv;
    private final Leases leases;
    private final Watches watches;
    private final Cluster cluster;
    private final AutoCloseable transport;

    EtcdClient(Kv kv, Leases leases, Watches watches, Cluster cluster, AutoCloseable transport) {
        this.kv = kv;
        this.leases = leases;
        this.watches = watches;
        this.cluster = cluster;
        this.transport = transport;
    }

    /**
     * A client with default settings.
     *
     * @param endpoints such as {@code http://10.0.0.1:2379}; each may be a list with commas
     */
    public static EtcdClient connect(String... endpoints) {
        return builder(endpoints).connect();
    }

    /** Settings for a client of the members at these endpoints, such as {@code https://10.0.0.1:2379}; each may be a list with commas. */
    public static EtcdClientBuilder builder(String... endpoints) {
        return new EtcdClientBuilder(endpoints);
    }

    /** The keys of the store. */
    public Kv kv() {
        return kv;
    }

    /** The leases of the store. */
    public Leases leases() {
        return leases;
    }

    /** The changes of the store. */
    public Watches watches() {
        return watches;
    }

    /** The members of the store. */
    public Cluster cluster() {
        return cluster;
    }

    /** Ends everything that runs on this client. Leases are not revoked. Idempotent. */
    @Override
    public void close() {
        try {
            transport.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing the client failed", e);
        }
    }
}
