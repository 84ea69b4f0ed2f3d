package dev.rollcall.discovery;

/** How far a snapshot can be believed. */
public enum Freshness {
    /** What the store has, as far as it has told. */
    LIVE,
    /** What the store had when it was last heard: the last known entries, kept until it is heard again. */
    STALE,
    /** The store is heard, and has fewer entries than are shown: some losses are held back for a while. */
    GUARDED
}
