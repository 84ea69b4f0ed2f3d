package dev.rollcall.etcd;

/** What {@link WatchStream} wants done. */
sealed interface StreamAction {

    /** Open a stream, if possible not on the member used last; {@link StreamInput.Opened} or {@code Ended} follows. */
    record Open(boolean avoidLast) implements StreamAction {}

    /** Ask for the watches that wait. */
    record Begin() implements StreamAction {}

    /**
     * Let go of the stream, if it is still there, and tell every watch.
     *
     * @param insist whether listeners are told again who were told of a break before
     * @param suspect whether the connection is not to be used by anybody again
     */
    record Drop(EtcdException cause, boolean insist, boolean suspect) implements StreamAction {}

    /** Let go of the stream: nobody needs it. */
    record Stop() implements StreamAction {}

    /** Send a progress request. */
    record AskProgress() implements StreamAction {}

    /** Read something on the stream's own connection; {@link StreamInput.ReadDone} follows. */
    record ReadMember() implements StreamAction {}

    /** The stream's token is no good: the next stream needs another one. */
    record RejectToken() implements StreamAction {}
}
