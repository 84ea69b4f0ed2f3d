package dev.rollcall.etcd;

/**
 * Told what a watch sees.
 *
 * <p>Calls come one at a time, in order, on the client's callback executor, never on an I/O thread. An exception is logged and the watch goes
 * on. A listener that falls behind blocks nobody: its watch is parked and later taken up again where it stopped.
 */
@FunctionalInterface
public interface WatchListener {

    /** Changes, in revision order; a revision is never split over two batches. */
    void batch(WatchBatch batch);

    /**
     * The store has taken the watch on: at first, and again after every break.
     *
     * @param header the store at that moment; its revision may lie before {@link Watch#position()} where the answering member lags behind
     * @param resumed whether the watch ran before and was interrupted
     */
    default void created(Header header, boolean resumed) {}

    /**
     * The store says that everything up to the header's revision has been delivered.
     *
     * <p>Told every few seconds while nothing happens ({@link EtcdClientBuilder#watchSilence}), and so the proof that the watch is alive and
     * complete. A server before 3.4.25, or 3.5 before 3.5.8, may say so too early (etcd issue 15220): its word is told with the revision
     * that is certain, the one before {@link Watch#position()}.
     */
    default void progress(Header header) {}

    /** The stream broke; the watch will be taken up again by itself. Told once for each break. */
    default void interrupted(EtcdException cause) {}

    /**
     * The position was compacted away, or what follows it is larger than a connection takes: changes are lost to this watch.
     *
     * <p>The watch stands still until {@link Watch#resumeFrom(long)}: list the range at a revision R, then resume from R + 1.
     */
    default void compacted(long compactRevision) {}

    /**
     * The store's revision is lower than what was delivered before, and a linearizable read confirms it, or no endpoint belongs to the same
     * cluster any more: it was wiped, restored or swapped. Told, too, of a watch that begins at a revision the store has yet to reach.
     *
     * <p>The watch stands still until {@link Watch#resumeFrom(long)}.
     */
    default void wentBack(Header header) {}
}
