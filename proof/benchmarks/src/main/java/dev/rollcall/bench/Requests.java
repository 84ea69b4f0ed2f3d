package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import io.grpc.stub.StreamObserver;

/** Requests for single keys: 10,000 keys of 10 bytes, values of 256. */
final class Requests {
    private static final int KEYS = 10_000;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

    private final Connections connections;

    Requests(Connections connections) {
        this.connections = connections;
    }

    void put(int worker, long count, StreamObserver<PutResponse> answer) {
        KVGrpc.newStub(connections.of(worker))
                .put(
                        PutRequest.newBuilder()
                                .setKey(key(worker, count))
                                .setValue(VALUE)
                                .build(),
                        answer);
    }

    void linearizableGet(int worker, long count, StreamObserver<RangeResponse> answer) {
        get(worker, count, false, answer);
    }

    void serializableGet(int worker, long count, StreamObserver<RangeResponse> answer) {
        get(worker, count, true, answer);
    }

    private void get(int worker, long count, boolean serializable, StreamObserver<RangeResponse> answer) {
        KVGrpc.newStub(connections.of(worker))
                .range(
                        RangeRequest.newBuilder()
                                .setKey(key(worker, count))
                                .setSerializable(serializable)
                                .build(),
                        answer);
    }

    /** Workers begin at places of their own, so that they do not write one key at once. */
    private static ByteString key(int worker, long count) {
        return ByteString.copyFromUtf8("bench-%04d".formatted((worker * 37L + count) % KEYS));
    }
}
