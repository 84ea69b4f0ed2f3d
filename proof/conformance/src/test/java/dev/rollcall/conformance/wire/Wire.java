package dev.rollcall.conformance.wire;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.ElectionGrpc;
import dev.rollcall.etcd.proto.HealthGrpc;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.LockGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A raw connection to a store, and short words for the messages. */
public final class Wire implements AutoCloseable {

    private final ManagedChannel channel;

    /** Connects to the first member; nothing is asked of it yet. */
    public Wire(TestEtcd etcd) {
        String target = etcd.endpoints().get(0).replace("http://", "");
        channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    LeaseGrpc.LeaseBlockingStub lease() {
        return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    LeaseGrpc.LeaseStub leaseStreams() {
        return LeaseGrpc.newStub(channel);
    }

    WatchGrpc.WatchStub watchStreams() {
        return WatchGrpc.newStub(channel);
    }

    /** What an operator asks, with a deadline of 10 s. */
    public MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
        return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    ClusterGrpc.ClusterBlockingStub cluster() {
        return ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    AuthGrpc.AuthBlockingStub auth() {
        return AuthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    HealthGrpc.HealthBlockingStub health() {
        return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    LockGrpc.LockBlockingStub lock() {
        return LockGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    LockGrpc.LockStub lockStreams() {
        return LockGrpc.newStub(channel);
    }

    ElectionGrpc.ElectionBlockingStub election() {
        return ElectionGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    ElectionGrpc.ElectionStub electionStreams() {
        return ElectionGrpc.newStub(channel);
    }

    PutResponse put(String key, String value) {
        return kv().put(putRequest(key, value).build());
    }

    PutResponse put(String key, String value, long lease) {
        return kv().put(putRequest(key, value).setLease(lease).build());
    }

    long revision() {
        return get("wire-revision").getHeader().getRevision();
    }

    RangeResponse get(String key) {
        return kv().range(RangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    RangeResponse prefix(String prefix) {
        return kv().range(prefixRequest(prefix).build());
    }

    void delete(String key) {
        kv().deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    long grant(long ttl) {
        return lease().leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttl).build())
                .getID();
    }

    void compact(long revision) {
        var unused = kv().compact(CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build());
    }

    void revoke(long lease) {
        var unused =
                lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    LeaseTimeToLiveResponse timeToLive(long lease) {
        return lease().leaseTimeToLive(
                        LeaseTimeToLiveRequest.newBuilder().setID(lease).build());
    }

    static PutRequest.Builder putRequest(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    static RangeRequest.Builder prefixRequest(String prefix) {
        return RangeRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(prefixEnd(prefix));
    }

    static RequestOp putOp(String key, String value) {
        return RequestOp.newBuilder().setRequestPut(putRequest(key, value)).build();
    }

    static RequestOp getOp(String key) {
        return RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes(key)))
                .build();
    }

    static RequestOp deleteOp(String key, String end) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)))
                .build();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }

    static ByteString prefixEnd(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the channel did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
