package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Watch streams. */
final class WatchService extends WatchGrpc.WatchImplBase {
    private final Loop loop;
    private final Headers headers;

    WatchService(Loop loop, Headers headers) {
        this.loop = loop;
        this.headers = headers;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> observer) {
        return new WatchCall(loop, headers, (ServerCallStreamObserver<WatchResponse>) observer);
    }
}
