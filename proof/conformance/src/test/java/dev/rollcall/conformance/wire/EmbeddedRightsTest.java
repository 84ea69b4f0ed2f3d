package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What etcd 3.5.16 lets pass, and the embedded server, as later versions, does not. The user may read and write [a, b). */
class EmbeddedRightsTest extends Contract {

    @RegisterExtension
    static final EtcdExtension ETCD = EtcdExtension.embedded().withoutLeakCheck();

    private String token = "";
    private String rootToken = "";

    @BeforeEach
    void admit() {
        Accounts accounts = new Accounts(wire().auth());
        accounts.addUserWithRole("user");
        accounts.grant("user", Permission.Type.READWRITE, "a", "b");
        accounts.enableWithRoot();
        token = accounts.login("user");
        rootToken = accounts.login("root");
    }

    @AfterEach
    void forgetUsers(TestEtcd etcd) {
        etcd.wipe();
    }

    private KVGrpc.KVBlockingStub kv() {
        return Accounts.as(token, wire().kv());
    }

    private static void denied(ThrowingCallable call) {
        refused(Code.PERMISSION_DENIED, "etcdserver: permission denied", call);
    }

    private static void refusedToNobody(ThrowingCallable call) {
        refused(Code.INVALID_ARGUMENT, "etcdserver: user name is empty", call);
    }

    @Test
    void nothingIsDoneForNobody() {
        CompactionRequest compaction = CompactionRequest.getDefaultInstance();
        AlarmRequest alarms = AlarmRequest.getDefaultInstance();
        refusedToNobody(() -> wire().grant(60));
        refusedToNobody(() -> wire().kv().compact(compaction));
        refusedToNobody(() -> wire().kv().txn(TxnRequest.getDefaultInstance()));
        refusedToNobody(() -> wire().maintenance().alarm(alarms));
        refusedToNobody(() -> wire().maintenance().status(StatusRequest.getDefaultInstance()));
        refusedToNobody(() -> wire().cluster().memberList(MemberListRequest.getDefaultInstance()));
        refusedToNobody(() -> wire().lease().leaseLeases(LeaseLeasesRequest.getDefaultInstance()));
        refusedToNobody(() -> wire().lease().leaseTimeToLive(LeaseTimeToLiveRequest.getDefaultInstance()));
        denied(() -> kv().compact(compaction));
        AlarmRequest set = AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                .build();
        denied(() -> Accounts.as(token, wire().maintenance()).alarm(set));
        assertThat(Accounts.as(token, wire().maintenance()).alarm(alarms).getAlarmsCount())
                .isZero();
    }

    @Test
    void aNestedTransactionNeedsItsRightsToo() {
        TxnRequest inner =
                TxnRequest.newBuilder().addSuccess(Wire.putOp("z", "1")).build();
        denied(() -> kv().txn(TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
                .build()));
    }

    @Test
    void aWatchWithoutAnEndNeedsTheRightToAll() {
        StreamProbe<WatchRequest, WatchResponse> watch = new StreamProbe<>();
        try (watch) {
            Accounts.as(token, wire().watchStreams()).watch(watch);
            watch.send(WatchRequest.newBuilder()
                    .setCreateRequest(WatchCreateRequest.newBuilder()
                            .setKey(Wire.bytes("a"))
                            .setRangeEnd(Wire.bytes("\0")))
                    .build());
            assertThat(watch.next().getCancelReason()).contains("PermissionDenied");
        }
    }

    @Test
    void aLeaseIsRenewedByWhoMayWriteItsKeys() {
        long id = Accounts.as(token, wire().lease())
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build())
                .getID();
        StreamProbe<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = new StreamProbe<>();
        try (renewals) {
            Accounts.as(token, wire().leaseStreams()).leaseKeepAlive(renewals);
            LeaseKeepAliveRequest renewal =
                    LeaseKeepAliveRequest.newBuilder().setID(id).build();
            renewals.send(renewal);
            assertThat(renewals.next().getTTL()).isEqualTo(60);
            Accounts.as(rootToken, wire().kv())
                    .put(Wire.putRequest("z", "1").setLease(id).build());
            renewals.send(renewal);
            assertThat(renewals.end().getCode()).isEqualTo(Code.PERMISSION_DENIED);
        }
    }

    @Test
    void aTokenIsTakenAsABearerToo() {
        var bearer = Accounts.with(wire().kv(), "authorization", "Bearer " + token);
        assertThat(bearer.put(Wire.putRequest("a", "1").build()).getHeader().getRevision())
                .isEqualTo(2);
    }
}
