package dev.rollcall.etcd;

import org.jspecify.annotations.Nullable;

/** What {@link WatchPosition} wants done. */
sealed interface WatchAction {

    /** Stand in the queue for a place on the stream; {@link WatchInput.Ask} follows. */
    record Queue() implements WatchAction {}

    /** Ask the store for the watch. */
    record Create(long id, long startRevision) implements WatchAction {}

    /** The store need not watch this any more. */
    record Cancel(long id) implements WatchAction {}

    /** Read the store's revision, linearizable, until it answers; {@link WatchInput.StoreRead} follows. */
    record ReadStore(long id) implements WatchAction {}

    /** Come back with {@link WatchInput.Rested}. */
    record Rest(long id, long nanos) implements WatchAction {}

    /** Tell the listener. */
    record Tell(WatchNews news) implements WatchAction {}

    /** The token of the stream is not accepted: a new one, and a new stream with it. */
    record RenewToken(EtcdException cause) implements WatchAction {}

    /** This member lags behind the others for too long: another one. */
    record LeaveMember(EtcdException cause) implements WatchAction {}

    /** What the stream brings is not to be believed: another one, for all. */
    record LeaveStream(EtcdException cause) implements WatchAction {}

    /** What comes for this watch is not to be believed again and again: it rests alone. */
    record Distrust(EtcdException cause) implements WatchAction {}

    /** It is over. */
    record End(@Nullable EtcdException cause) implements WatchAction {}
}
