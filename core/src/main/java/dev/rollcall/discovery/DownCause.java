package dev.rollcall.discovery;

/** Why an instance is gone. */
public enum DownCause {
    /** It said that it was leaving before its key was deleted. */
    DEREGISTERED,
    /** Its key was deleted without a word: the lease ran out, or somebody revoked it. */
    EXPIRED,
    /** Not to be known: the keyspace cannot carry a goodbye, or the key was found missing when the view was read anew. */
    UNKNOWN
}
