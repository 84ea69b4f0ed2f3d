package dev.rollcall.etcd;

/** What happens to the stream of watches: the events of {@link WatchStream}. */
sealed interface StreamInput {

    /** So many watches want to be, or are, on the stream. */
    record Wanted(int watches) implements StreamInput {}

    /** There is a connection, and the stream is open on it. */
    record Opened() implements StreamInput {}

    /**
     * A message came.
     *
     * @param cluster who sent it
     * @param accepted whether it says that a watch was created, so that the stream's token is good
     */
    record Heard(long cluster, boolean accepted) implements StreamInput {}

    /** The message just heard answered a progress request: every watch was caught up. */
    record Proven() implements StreamInput {}

    /** A user wants the store to tell how far it has delivered. */
    record ProgressWanted() implements StreamInput {}

    /** The stream ended, or could not be opened, and we did not ask for it: whatever the reason, it is taken up again. */
    record Ended(EtcdException cause) implements StreamInput {}

    /** The read on the stream's own connection was answered, in whatever way, or was not. */
    record ReadDone(boolean answered) implements StreamInput {}

    /** The store would not create a watch for want of a good token. */
    record TokenRefused(EtcdException cause) implements StreamInput {}

    /** The member is not worth staying with. */
    record Leave(EtcdException cause) implements StreamInput {}

    /** {@link WatchStream#wakeAt()} has come. */
    record Tick() implements StreamInput {}

    /** The client closes. */
    record Close() implements StreamInput {}
}
