package dev.rollcall.nemesis;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A raw connection to one member, past every proxy; knows nothing of our client. */
final class Wire implements AutoCloseable {

    static final ByteString EVERYTHING = ByteString.copyFrom(new byte[1]);

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    /** A login costs the store a tenth of a second, so its token is used until it is refused. */
    private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

    private static final Duration LOGIN = Duration.ofSeconds(8);

    private final ManagedChannel connection;
    private final Channel channel;
    private final Duration deadline;

    /** @param password of root, or empty where there are no users */
    Wire(String endpoint, String password, Duration deadline) {
        this.deadline = deadline;
        connection = Grpc.newChannelBuilder(URI.create(endpoint).getAuthority(), InsecureChannelCredentials.create())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        try {
            channel = password.isEmpty()
                    ? connection
                    : loggedIn(TOKENS.computeIfAbsent(endpoint, e -> token(connection, password)));
        } catch (RuntimeException e) {
            connection.shutdownNow();
            throw e;
        }
    }

    private Channel loggedIn(String token) {
        Metadata headers = new Metadata();
        headers.put(TOKEN, token);
        return ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** The next connection to this endpoint logs in anew: what was asked was refused, or a token of its own is wanted. */
    static void logInAnew(String endpoint) {
        TOKENS.remove(endpoint);
    }

    private static String token(Channel plain, String password) {
        return AuthGrpc.newBlockingStub(plain)
                .withDeadlineAfter(LOGIN.toMillis(), TimeUnit.MILLISECONDS)
                .authenticate(AuthenticateRequest.newBuilder()
                        .setName("root")
                        .setPassword(password)
                        .build())
                .getToken();
    }

    KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    LeaseGrpc.LeaseBlockingStub leases() {
        return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
        return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    WatchGrpc.WatchStub watches() {
        return WatchGrpc.newStub(channel);
    }

    /** The revision of the store, by a linearizable read. */
    long head() {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(EVERYTHING)
                        .setCountOnly(true)
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Puts a value without a lease; says at which revision. */
    long put(String key, String value) {
        return kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Deletes a key that nobody has written since that revision; says whether it did. */
    boolean deleteIfStillAt(String key, long revision) {
        ByteString bytes = ByteString.copyFromUtf8(key);
        return kv().txn(TxnRequest.newBuilder()
                        .addCompare(Compare.newBuilder()
                                .setKey(bytes)
                                .setTarget(Compare.CompareTarget.MOD)
                                .setModRevision(revision))
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestDeleteRange(
                                        DeleteRangeRequest.newBuilder().setKey(bytes)))
                        .build())
                .getSucceeded();
    }

    /** Deletes a key, or all that begin with it where it ends in a slash; says how many. */
    long delete(String key) {
        DeleteRangeRequest.Builder request = DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
        if (key.endsWith("/")) {
            request.setRangeEnd(ByteString.copyFromUtf8(key.substring(0, key.length() - 1) + '0'));
        }
        return kv().deleteRange(request.build()).getDeleted();
    }

    @Override
    public void close() {
        connection.shutdownNow();
    }
}
