package dev.rollcall.etcd.testkit;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plain stubs on the first of the given endpoints. */
final class RawClient implements AutoCloseable {

    private final ManagedChannel channel;
    final Queue<WatchResponse> watched = new ConcurrentLinkedQueue<>();
    volatile @Nullable Throwable watchEnd;

    RawClient(TestEtcd etcd) {
        this(etcd.endpoints(), InsecureChannelCredentials.create());
    }

    RawClient(List<String> endpoints, ChannelCredentials credentials) {
        channel = Grpc.newChannelBuilder(URI.create(endpoints.get(0)).getAuthority(), credentials)
                .build();
    }

    ManagedChannel channel() {
        return channel;
    }

    KVGrpc.KVBlockingStub kv(long deadlineMillis) {
        return KVGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS);
    }

    long put(String key, String value) {
        return kv(5_000)
                .put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build())
                .getHeader()
                .getRevision();
    }

    RangeResponse range(String key) {
        return kv(5_000).range(rangeOf(key));
    }

    static RangeRequest rangeOf(String key) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    }

    @Nullable String get(String key) {
        RangeResponse response = range(key);
        return response.getCount() == 0 ? null : response.getKvs(0).getValue().toStringUtf8();
    }

    long grant(long seconds) {
        return LeaseGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(seconds).build())
                .getID();
    }

    StreamObserver<WatchRequest> watch(String key, long fromRevision) {
        StreamObserver<WatchRequest> requests = WatchGrpc.newStub(channel).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse response) {
                watched.add(response);
            }

            @Override
            public void onError(Throwable error) {
                watchEnd = error;
            }

            @Override
            public void onCompleted() {
                watchEnd = new IllegalStateException("completed");
            }
        });
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setStartRevision(fromRevision))
                .build());
        return requests;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
