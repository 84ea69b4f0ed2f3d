package dev.rollcall.etcd;

import java.util.Objects;

/** Hands out watches, which all share the stream of one {@link WatchHub}. */
final class GrpcWatches implements Watches {

    private final Session session;
    private final WatchHub hub;

    GrpcWatches(Session session, WatchPace pace) {
        this.session = session;
        this.hub = new WatchHub(session, pace);
    }

    @Override
    public Watch watch(WatchRequest request, WatchListener listener) {
        Objects.requireNonNull(listener, "listener");
        if (session.isClosed()) {
            throw Errors.closed();
        }
        ResumingWatch watch = new ResumingWatch(request, listener, hub, session);
        hub.add(watch);
        return watch;
    }
}
