package dev.rollcall.etcd;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A watch that is taken up again after every break: the user's handle, its {@link WatchPosition}, and the lane to its listener. */
final class ResumingWatch implements Watch {

    private final WatchRequest request;
    private final WatchHub hub;
    private final WatchLane lane;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private WatchPosition state;

    ResumingWatch(WatchRequest request, WatchListener listener, WatchHub hub, Session session) {
        this.request = request;
        this.hub = hub;
        this.state = WatchPosition.startingAt(request.startRevision());
        this.lane = new WatchLane(
                request,
                listener,
                session.callbacks().serial(),
                session.logBudget(),
                () -> session.loop().execute(() -> hub.input(this, new WatchInput.Drained())));
    }

    @Override
    public WatchRequest request() {
        return request;
    }

    @Override
    public long position() {
        return lane.position();
    }

    @Override
    public void requestProgress() {
        hub.requestProgress();
    }

    @Override
    public void resumeFrom(long revision) {
        if (revision < 1) {
            throw new IllegalArgumentException("a watch resumes from a revision from 1 on, not from " + revision);
        }
        hub.resume(this, revision);
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    @Override
    public void close() {
        lane.close();
        hub.close(this);
    }

    WatchLane lane() {
        return lane;
    }

    /** Where the machine stands; on the loop. */
    WatchPosition state() {
        return state;
    }

    /** Sets where the machine stands; on the loop. */
    void state(WatchPosition next) {
        state = next;
    }

    /** Completes {@link #ended()}; what hangs on it runs on the calling thread. */
    void end(@Nullable EtcdException cause) {
        if (cause == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(cause);
        }
    }

    @Override
    public String toString() {
        return "watch of " + request.range() + " at revision " + position();
    }
}
