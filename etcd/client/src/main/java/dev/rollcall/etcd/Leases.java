package dev.rollcall.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The leases of the store.
 *
 * <p>Calls behave as those of {@link Kv}. Safe for use by several threads.
 */
public interface Leases {

    /** Grants a lease. A time to live below etcd's minimum is raised; fractions of a second are rounded up. */
    LeaseGrant grant(Duration ttl);

    /** Twin of {@link #grant(Duration)}. */
    CompletionStage<LeaseGrant> grantAsync(Duration ttl);

    /**
     * Grants a lease under a number of the caller's choice, as when a store is copied.
     *
     * @throws EtcdException {@link EtcdError#LEASE_EXISTS} if there is one, perhaps by this very call: where an answer was lost it is not repeated
     */
    LeaseGrant grant(LeaseId wanted, Duration ttl);

    /** Twin of {@link #grant(LeaseId, Duration)}. */
    CompletionStage<LeaseGrant> grantAsync(LeaseId wanted, Duration ttl);

    /**
     * Ends a lease and deletes its keys, all in one revision.
     *
     * @throws EtcdException {@link EtcdError#LEASE_NOT_FOUND} if there is no such lease
     */
    Header revoke(LeaseId lease);

    /** Twin of {@link #revoke(LeaseId)}. */
    CompletionStage<Header> revokeAsync(LeaseId lease);

    /** Tells what is left of a lease, with its keys. A lease that does not exist is no error: it is not alive. */
    LeaseTimeToLive timeToLive(LeaseId lease);

    /** Twin of {@link #timeToLive(LeaseId)}. */
    CompletionStage<LeaseTimeToLive> timeToLiveAsync(LeaseId lease);

    /** Lists every lease in the store. */
    List<LeaseId> list();

    /** Twin of {@link #list()}. */
    CompletionStage<List<LeaseId>> listAsync();

    /**
     * Keeps a granted lease alive until the handle is closed or the lease is lost.
     *
     * <p>All leases of a client share one stream for each member; a renewal that stays unanswered for 0.5 s is sent again over other
     * members' connections, first answer wins.
     *
     * @param grant the lease; its time counts from when it was asked for, or from now where the grant does not tell
     * @param listener told of every change of state, in order, on the client's callback executor
     * @throws EtcdException {@link EtcdError#CLOSED} if the client is closed
     */
    KeepAlive keepAlive(LeaseGrant grant, KeepAliveListener listener);

    /** Grants a lease and keeps it alive, without a listener. */
    default KeepAlive keepAlive(Duration ttl) {
        return keepAlive(grant(ttl), (keepAlive, state, header) -> {});
    }
}
