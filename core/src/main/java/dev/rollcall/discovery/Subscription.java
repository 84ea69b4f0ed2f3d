package dev.rollcall.discovery;

/** A listener that listens. */
public interface Subscription extends AutoCloseable {

    /** Ends it: no call begins after the one that may be running. Idempotent, never blocks. */
    @Override
    void close();
}
