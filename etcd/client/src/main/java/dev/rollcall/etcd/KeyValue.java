package dev.rollcall.etcd;

/**
 * A key as the store holds it at some revision.
 *
 * @param key the key
 * @param value the value; empty for a deleted key
 * @param createRevision the revision that created it; 0 for a deleted key
 * @param modRevision the revision that last changed it
 * @param version how often it was put since its creation, from 1; 0 for a deleted key
 * @param lease the lease it lives by, or {@link LeaseId#NONE}
 */
public record KeyValue(Bytes key, Bytes value, long createRevision, long modRevision, long version, LeaseId lease) {}
