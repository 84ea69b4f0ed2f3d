package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Watch streams. */
final class WatchService extends WatchGrpc.WatchImplBase {
    private final Loop loop;
    private final Callers callers;
    private final Headers headers;
    private final Limits limits;

    WatchService(Loop loop, Callers callers, Headers headers, Limits limits) {
        this.loop = loop;
        this.callers = callers;
        this.headers = headers;
        this.limits = limits;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> observer) {
        return new WatchCall(
                loop, callers.current(), headers, limits, (ServerCallStreamObserver<WatchResponse>) observer);
    }
}
