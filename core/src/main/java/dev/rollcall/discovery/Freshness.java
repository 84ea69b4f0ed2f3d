package dev.rollcall.discovery;

/** How far a snapshot can be believed. */
public enum Freshness {
    /** What the store has, as far as it has told. */
    LIVE,
    /** What the store had when it was last heard: the last known entries, kept until it is heard again. */
    STALE,
    /**
     * The store was not read yet: the entries are those that were last kept on disk, as old as {@link Snapshot#age()} says.
     *
     * @see DiscoverySettings#withDiskView
     */
    SEEDED,
    /** The store is heard, and has fewer entries than are shown: some losses are held back for a while. */
    GUARDED
}
