package dev.rollcall.etcd;

/**
 * What a connection is used for.
 *
 * <p>Each kind of traffic has connections of its own, so that a large read delays neither a renewal nor an event (etcd issue 15402).
 */
enum Lane {
    /** Calls with one answer. */
    CALLS,
    /** Keep-alive streams. */
    LEASES,
    /** Watch streams. */
    WATCHES
}
