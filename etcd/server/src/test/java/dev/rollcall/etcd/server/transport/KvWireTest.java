package dev.rollcall.etcd.server.transport;

import static dev.rollcall.etcd.server.RawClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthStatusRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.HealthCheckRequest;
import dev.rollcall.etcd.proto.HealthCheckResponse.ServingStatus;
import dev.rollcall.etcd.proto.HealthGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.RawClient;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KvWireTest {
    private EmbeddedEtcd etcd;
    private RawClient client;

    @BeforeEach
    void start() {
        etcd = EmbeddedEtcd.start();
        client = new RawClient(etcd);
    }

    @AfterEach
    void stop() {
        client.close();
        etcd.close();
    }

    @Test
    void aPutTellsWhatItReplacedIfAsked() {
        PutRequest put = PutRequest.newBuilder()
                .setKey(bytes("a"))
                .setValue(bytes("1"))
                .setPrevKv(true)
                .build();
        assertThat(client.kv().put(put).hasPrevKv()).isFalse();
        PutResponse second = client.kv().put(put);
        assertThat(second.getPrevKv().getValue()).isEqualTo(bytes("1"));
        assertThat(second.getPrevKv().getModRevision()).isEqualTo(2);
        assertThat(second.getHeader().getRevision()).isEqualTo(3);
    }

    @Test
    void aPastReadReportsTheCurrentRevision() {
        client.put("a", "1");
        client.put("a", "2");
        RangeResponse past = client.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes("a"))
                        .setRevision(2)
                        .build());
        assertThat(past.getKvs(0).getValue()).isEqualTo(bytes("1"));
        assertThat(past.getHeader().getRevision()).isEqualTo(3);
        assertThat(past.getHeader().getMemberId()).isEqualTo(etcd.memberId());
    }

    @Test
    void aDeletionCountsAndTellsWhatItDeleted() {
        client.put("b", "2");
        client.put("a", "1");
        DeleteRangeRequest delete = DeleteRangeRequest.newBuilder()
                .setKey(bytes("a"))
                .setRangeEnd(bytes("z"))
                .setPrevKv(true)
                .build();
        DeleteRangeResponse deleted = client.kv().deleteRange(delete);
        assertThat(deleted.getDeleted()).isEqualTo(2);
        assertThat(deleted.getPrevKvsList())
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly("a", "b");
        assertThat(deleted.getHeader().getRevision()).isEqualTo(4);
        assertThat(client.kv().deleteRange(delete).getHeader().getRevision()).isEqualTo(4);
    }

    @Test
    void headersInsideATransactionHaveARevisionOnlyAndNestedOnesNothing() {
        client.put("a", "1");
        RequestOp put = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes("b")))
                .build();
        RequestOp nested = RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestRange(RangeRequest.newBuilder().setKey(bytes("a")))))
                .build();
        RequestOp miss = RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes("x")))
                .build();
        Compare value = Compare.newBuilder()
                .setTarget(Compare.CompareTarget.VALUE)
                .setKey(bytes("a"))
                .setValue(bytes("1"))
                .build();
        TxnResponse txn = client.kv()
                .txn(TxnRequest.newBuilder()
                        .addCompare(value)
                        .addSuccess(miss)
                        .addSuccess(put)
                        .addSuccess(nested)
                        .build());
        assertThat(txn.getSucceeded()).isTrue();
        assertThat(txn.getHeader().getRevision()).isEqualTo(3);
        List<ResponseOp> ops = txn.getResponsesList();
        assertThat(ops.get(0).getResponseDeleteRange().getHeader()).isEqualTo(revisionOnly(2));
        assertThat(ops.get(1).getResponsePut().getHeader()).isEqualTo(revisionOnly(3));
        TxnResponse inner = ops.get(2).getResponseTxn();
        assertThat(inner.hasHeader()).isTrue();
        assertThat(inner.getHeader()).isEqualTo(ResponseHeader.getDefaultInstance());
        assertThat(inner.getResponses(0).getResponseRange().getHeader()).isEqualTo(revisionOnly(3));
    }

    @Test
    void refusesInEtcdsWords() {
        client.put("a", "1");
        client.kv().compact(CompactionRequest.newBuilder().setRevision(2).build());
        RangeRequest.Builder range = RangeRequest.newBuilder();
        assertFails(() -> client.kv().range(range.build()), Status.Code.INVALID_ARGUMENT, "key is not provided");
        range.setKey(bytes("a")).setRevision(9);
        assertFails(
                () -> client.kv().range(range.build()),
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision is a future revision");
        range.setRevision(1);
        assertFails(
                () -> client.kv().range(range.build()),
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision has been compacted");
        range.setRevision(0).setSortTargetValue(9).setSortOrderValue(1);
        assertFails(() -> client.kv().range(range.build()), Status.Code.INVALID_ARGUMENT, "invalid sort option");
        assertFails(() -> client.put("a", "1", 99), Status.Code.NOT_FOUND, "requested lease not found");
        assertFails(
                () -> client.kv()
                        .txn(TxnRequest.newBuilder()
                                .addFailure(RequestOp.getDefaultInstance())
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "key not found");
        assertFails(
                () -> client.kv()
                        .compact(CompactionRequest.newBuilder().setRevision(2).build()),
                Status.Code.OUT_OF_RANGE,
                "mvcc: required revision has been compacted");
        assertFails(
                () -> AuthGrpc.newBlockingStub(client.channel).authenticate(AuthenticateRequest.getDefaultInstance()),
                Status.Code.FAILED_PRECONDITION,
                "authentication is not enabled");
        assertThat(AuthGrpc.newBlockingStub(client.channel)
                        .authStatus(AuthStatusRequest.getDefaultInstance())
                        .getEnabled())
                .isFalse();
    }

    @Test
    void anUnknownSortOrderIsIgnored() {
        client.put("b", "1");
        client.put("a", "2");
        RangeResponse found = client.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes("a"))
                        .setRangeEnd(bytes("z"))
                        .setSortOrderValue(9)
                        .setSortTarget(RangeRequest.SortTarget.VALUE)
                        .build());
        assertThat(found.getKvsList())
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly("a", "b");
    }

    @Test
    void aWriteMayHaveAsManyBytesAsInEtcd() {
        assertThat(client.put("key", "x".repeat(1572838)).getHeader().getRevision())
                .isEqualTo(2);
        assertFails(() -> client.put("key", "x".repeat(1572839)), Status.Code.INVALID_ARGUMENT, "request is too large");
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> client.put("key", "x".repeat(2097152 - 9 + 10)))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
                .satisfies(e -> assertThat(e.getStatus().getDescription())
                        .isEqualTo("grpc: received message larger than max (2097163 vs. 2097152)"));
        assertThat(client.get("key").getKvs(0).getVersion()).isEqualTo(1);
    }

    @Test
    void answersMayBeLargerThanRequests() {
        for (int i = 0; i < 6; i++) {
            client.put("k" + i, "x".repeat(1_000_000));
        }
        RangeResponse all = client.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes("k"))
                        .setRangeEnd(bytes("l"))
                        .build());
        assertThat(all.getKvsCount()).isEqualTo(6);
    }

    @Test
    void aRequestThatIsNoMessageIsRefusedAndTheServerLivesOn() {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> call("etcdserverpb.KV/Put", new byte[] {10, 99, 1}))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL))
                .satisfies(e ->
                        assertThat(e.getStatus().getDescription()).startsWith("grpc: error unmarshalling request: "));
        assertThat(client.put("a", "1").getHeader().getRevision()).isEqualTo(2);
    }

    @Test
    void whatIsNotThereIsUnimplementedInEtcdsWords() {
        assertUnimplemented(() -> call("foo.Bar/Baz", new byte[0]), "unknown service foo.Bar");
        assertUnimplemented(
                () -> call("etcdserverpb.KV/Nope", new byte[0]), "unknown method Nope for service etcdserverpb.KV");
    }

    @Test
    void statusAndHealthAreThatOfALivingServer() {
        client.put("a", "1");
        StatusResponse status = client.maintenance().status(StatusRequest.getDefaultInstance());
        assertThat(status.getVersion()).isEqualTo("3.5.16");
        assertThat(status.getLeader()).isEqualTo(etcd.memberId());
        assertThat(status.getHeader().getRevision()).isEqualTo(2);
        assertThat(status.getRaftIndex()).isEqualTo(5);
        assertThat(client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsList())
                .isEmpty();
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(client.channel);
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> health.check(
                        HealthCheckRequest.newBuilder().setService("x").build()))
                .withMessage("NOT_FOUND: unknown service");
    }

    private void call(String method, byte[] request) {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(new Raw())
                .setResponseMarshaller(new Raw())
                .build();
        byte[] unused = ClientCalls.blockingUnaryCall(client.channel, descriptor, CallOptions.DEFAULT, request);
    }

    private static ResponseHeader revisionOnly(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private static void assertFails(ThrowingCallable call, Status.Code code, String text) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call)
                .withMessage(code + ": etcdserver: " + text);
    }

    private static void assertUnimplemented(ThrowingCallable call, String text) {
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(call).withMessage("UNIMPLEMENTED: " + text);
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
