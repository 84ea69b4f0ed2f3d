package dev.rollcall.etcd;

/** Watches over gRPC. */
final class GrpcWatches implements Watches {

    private final Session session;

    GrpcWatches(Session session) {
        this.session = session;
    }

    @Override
    public Watch watch(WatchRequest request, WatchListener listener) {
        throw new UnsupportedOperationException("no watches yet on " + session.endpoints());
    }
}
