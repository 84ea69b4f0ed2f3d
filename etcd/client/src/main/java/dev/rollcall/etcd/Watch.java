package dev.rollcall.etcd;

import java.util.concurrent.CompletionStage;

/** A running watch. Safe for use by several threads. */
public interface Watch extends AutoCloseable {

    /** What is watched. */
    WatchRequest request();

    /** The revision from which the watch would be resumed now: everything before it was delivered. 0 until the store has said where "now" is. */
    long position();

    /** Asks the store to tell how far it has delivered; the answer, if the store gives one, comes as {@link WatchListener#progress}. */
    void requestProgress();

    /**
     * Goes on from a revision after {@link WatchListener#compacted} or {@link WatchListener#wentBack}, which stop a watch until its owner has
     * read what it missed. Without effect on a watch that runs.
     */
    void resumeFrom(long revision);

    /** Completes when the watch has ended for good: normally after {@link #close()}, exceptionally with an {@link EtcdException}. */
    CompletionStage<Void> ended();

    /** Ends the watch. No call of the listener begins after the one that may be running. Idempotent, never blocks. */
    @Override
    void close();
}
