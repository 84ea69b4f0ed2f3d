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
