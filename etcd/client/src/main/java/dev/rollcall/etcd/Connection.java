package dev.rollcall.etcd;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one member for one lane: dialled once, used while it lasts, never connected again.
 *
 * <p>gRPC's channels connect again by themselves, after up to two minutes and at a pace that cannot be set. So a channel lives here only as
 * long as its first connection; {@link Connections} makes the next one when it sees fit. That way name lookup and certificate files are
 * fresh each time, too. Used on the client's loop.
 */
final class Connection {

    private final Endpoint endpoint;
    private final Lane lane;
    private final long dialledAt;
    private volatile @Nullable ManagedChannel channel;
    private ServerVersion version = ServerVersion.UNKNOWN;
    private long cluster;
    private long lastEntry;
    private long toldAt;
    private boolean usable;
    private boolean over;

    Connection(Endpoint endpoint, Lane lane, long dialledAt) {
        this.endpoint = endpoint;
        this.lane = lane;
        this.dialledAt = dialledAt;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Lane lane() {
        return lane;
    }

    long dialledAt() {
        return dialledAt;
    }

    /** What the member said it runs; unknown where it would not say. */
    ServerVersion version() {
        return version;
    }

    /** The cluster that the member said it belongs to; 0 where it would not say. */
    long cluster() {
        return cluster;
    }

    /** Whether the member said, after this entry of the store's log was made, that it does not know it. */
    boolean lacks(long entry, long madeAt) {
        return lastEntry != 0 && lastEntry < entry && toldAt - madeAt > 0;
    }

    /** What the member said of itself; 0 for the last entry of the log that it knows where it would not say. */
    void told(ServerVersion itsVersion, long itsCluster, long itsLastEntry, long now) {
        version = itsVersion;
        cluster = itsCluster;
        lastEntry = itsLastEntry;
        toldAt = now;
    }

    /** Where its calls go; there once {@link #connect} was called. */
    Channel channel() {
        return made();
    }

    private ManagedChannel made() {
        return Objects.requireNonNull(channel, "channel");
    }

    /** Gives it its channel, which is ended with it. */
    void connect(ManagedChannel made) {
        channel = made;
        if (over) {
            made.shutdownNow();
        }
    }

    /** Whether it was let go. */
    boolean isOver() {
        return over;
    }

    /** Whether new calls may be made on it. */
    boolean usable() {
        return usable;
    }

    /** The member answered: from now on it may be used, until it breaks. */
    void opened(Runnable onBroken) {
        usable = true;
        watchState(false, onBroken);
    }

    /** gRPC gives waiting calls to a new transport just before it says READY, so the answer that opened this may be the first to be heard. */
    private void watchState(boolean wasReady, Runnable onBroken) {
        ConnectivityState state = made().getState(false);
        boolean ready = state == ConnectivityState.READY;
        if (ready || (state == ConnectivityState.CONNECTING && !wasReady)) {
            made().notifyWhenStateChanged(state, () -> watchState(ready, onBroken));
        } else if (usable) {
            retire();
            onBroken.run();
        }
    }

    /** Takes no new calls; those that run may end in peace. */
    void retire() {
        usable = false;
        over = true;
        ManagedChannel ending = channel;
        if (ending != null) {
            ending.shutdown();
        }
    }

    /** Breaks it off with everything on it. */
    void abort() {
        usable = false;
        over = true;
        ManagedChannel ending = channel;
        if (ending != null) {
            ending.shutdownNow();
        }
    }

    /** Whether nothing of it is left. */
    boolean ended() {
        ManagedChannel ending = channel;
        return ending == null || ending.isTerminated();
    }

    /** Waits until nothing of it is left, at most so long. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        ManagedChannel ending = channel;
        return ending == null || ending.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }
}
