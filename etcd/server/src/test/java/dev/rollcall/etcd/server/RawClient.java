package dev.rollcall.etcd.server;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** A connection with the generated stubs, every blocking call with a deadline. */
public final class RawClient implements AutoCloseable {
    private final int port;
    public ManagedChannel channel;

    public RawClient(EmbeddedEtcd etcd) {
        this(etcd.port());
    }

    public RawClient(int port) {
        this.port = port;
        channel = open();
    }

    private ManagedChannel open() {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    /** After a restart of the server: gRPC may not have noticed yet that the connection is gone. */
    public void reconnect() {
        channel.shutdownNow();
        channel = open();
    }

    public static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    public KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    public LeaseGrpc.LeaseBlockingStub lease() {
        return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    public ClusterGrpc.ClusterBlockingStub cluster() {
        return ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    public LeaseGrpc.LeaseStub leaseStreams() {
        return LeaseGrpc.newStub(channel);
    }

    public AuthGrpc.AuthBlockingStub auth() {
        return AuthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    public MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
        return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    public PutResponse put(String key, String value) {
        return put(key, value, 0);
    }

    public PutResponse put(String key, String value, long lease) {
        return kv().put(PutRequest.newBuilder()
                .setKey(bytes(key))
                .setValue(bytes(value))
                .setLease(lease)
                .build());
    }

    public RangeResponse get(String key) {
        return kv().range(RangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    /** A watch stream with one watcher on everything that begins with {@code prefix}. */
    public Recorded<WatchRequest, WatchResponse> watchPrefix(String prefix, long startRevision) {
        Recorded<WatchRequest, WatchResponse> stream = watch();
        stream.send(WatchRequest.newBuilder()
                .setCreateRequest(prefixWatch(prefix).setStartRevision(startRevision))
                .build());
        return stream;
    }

    public Recorded<WatchRequest, WatchResponse> watch() {
        return Recorded.open(WatchGrpc.newStub(channel)::watch);
    }

    public static WatchCreateRequest.Builder prefixWatch(String prefix) {
        byte[] end = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return WatchCreateRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(ByteString.copyFrom(end));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
