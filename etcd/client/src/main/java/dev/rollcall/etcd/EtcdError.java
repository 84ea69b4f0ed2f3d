package dev.rollcall.etcd;

/** What went wrong with a call. Mapped in one place from gRPC's code and etcd's text. */
public enum EtcdError {
    /** The request makes no sense to etcd: an empty key, a duplicate key in a transaction, too many operations. */
    INVALID_ARGUMENT,
    /** The request is larger than etcd takes (1.5 MiB by default). */
    TOO_LARGE,
    /** A {@code sameValue} or {@code underSameLease} put of a key that does not exist. */
    KEY_NOT_FOUND,
    /** There is no such lease. */
    LEASE_NOT_FOUND,
    /** A lease with this number exists. */
    LEASE_EXISTS,
    /** The lease is asked to live longer than etcd allows. */
    LEASE_TTL_TOO_LARGE,
    /** The revision was compacted away. */
    COMPACTED,
    /** The revision is not reached yet. */
    FUTURE_REVISION,
    /** The store's quota is used up: puts and grants fail until it is compacted, defragmented and its alarm disarmed. */
    NO_SPACE,
    /** The store has found itself corrupt. */
    CORRUPT,
    /** The user may not do this. */
    PERMISSION_DENIED,
    /** The store wants a user and a password, or did not take those given. */
    UNAUTHENTICATED,
    /** A password was given to a store that has authentication switched off. */
    AUTH_NOT_ENABLED,
    /** There is no leader, or it just changed; asked again by itself while time is left. */
    NO_LEADER,
    /** The store has too much to do. */
    OVERLOADED,
    /** No endpoint answers. */
    UNAVAILABLE,
    /** No answer came in time, and nothing was changed by the call. */
    TIMEOUT,
    /** No answer came to a write: it may have been done, or may yet be done. */
    OUTCOME_UNKNOWN,
    /** The TLS handshake failed: wrong or expired certificate, wrong name, or plain text on a TLS port. */
    TLS,
    /** The server is older than etcd 3.4, or no etcd. */
    UNSUPPORTED_SERVER,
    /** The endpoint belongs to another cluster than the client's other endpoints; nothing is asked of it. */
    OTHER_CLUSTER,
    /** The client is closed. */
    CLOSED,
    /** The waiting thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED,
    /** Anything else; the message tells. */
    INTERNAL;

    /** Whether the same call may succeed later without anything being changed by hand. */
    public boolean isTransient() {
        return switch (this) {
            case NO_LEADER, OVERLOADED, UNAVAILABLE, TIMEOUT, OUTCOME_UNKNOWN -> true;
            default -> false;
        };
    }
}
