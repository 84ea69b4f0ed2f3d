package dev.rollcall.etcd;

/** Told what becomes of a lease. */
@FunctionalInterface
public interface KeepAliveListener {

    /**
     * The state changed, or a renewal was answered in another raft term than the one before it: a higher one, or a lower one of a store that went back.
     *
     * <p>The second matters because a leader that returns after an election may revoke leases that were renewed without it.
     *
     * @param keepAlive the lease
     * @param state the state now
     * @param header the answer that caused the call; where time alone caused it, the last one
     */
    void changed(KeepAlive keepAlive, KeepAlive.State state, Header header);
}
