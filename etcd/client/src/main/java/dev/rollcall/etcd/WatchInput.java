package dev.rollcall.etcd;

import org.jspecify.annotations.Nullable;

/** What happens to one watch: the events of {@link WatchPosition}. */
sealed interface WatchInput {

    /** The stream has room: ask under this id, which was never used before. */
    record Ask(long id) implements WatchInput {}

    /** The stream brought an answer for the id asked last. */
    record Message(WatchMessage message) implements WatchInput {}

    /** The stream brought for the id asked last what cannot be true. */
    record Misfit(EtcdException cause) implements WatchInput {}

    /**
     * The stream answered a progress request that was sent after this watch had been created.
     *
     * @param trusted whether the server is free of etcd's bug 15220, by which the answer overtakes events
     */
    record Vouched(Header header, boolean trusted) implements WatchInput {}

    /** The linearizable read asked for with {@link WatchAction.ReadStore} under this id was answered. */
    record StoreRead(long id, Header header) implements WatchInput {}

    /**
     * The stream is gone.
     *
     * @param insist whether the listener is told even if it was told of this break before
     */
    record Broke(EtcdException cause, boolean insist) implements WatchInput {}

    /** The wait asked for with {@link WatchAction.Rest} under this id is over. */
    record Rested(long id) implements WatchInput {}

    /** More waits for the listener than may wait. */
    record Overflowed() implements WatchInput {}

    /** Nothing waits for the listener any more. */
    record Drained() implements WatchInput {}

    /** The owner has read what was missed. */
    record ResumeFrom(long revision) implements WatchInput {}

    /** The owner, or the client, ends the watch; {@code cause} where it was not the owner. */
    record Close(@Nullable EtcdException cause) implements WatchInput {}
}
