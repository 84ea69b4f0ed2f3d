package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaderRequest;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LockRequest;
import dev.rollcall.etcd.proto.Permission;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.UnlockRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users may do with keys, leases and watches. The user may read [a, c) and write [b, d). */
abstract class RightsContract extends Contract {

    private static final String EMPTY = "etcdserver: user name is empty";
    private static final String INVALID_TOKEN = "etcdserver: invalid auth token";

    private String token = "";
    private String rootToken = "";

    @AfterEach
    void forgetUsers(TestEtcd etcd) {
        etcd.wipe();
    }

    @BeforeEach
    void admit() {
        Accounts accounts = new Accounts(wire().auth());
        accounts.addUserWithRole("user");
        accounts.grant("user", Permission.Type.READ, "a", "b");
        accounts.grant("user", Permission.Type.READWRITE, "b", "c");
        accounts.grant("user", Permission.Type.WRITE, "c", "d");
        accounts.enableWithRoot();
        token = accounts.login("user");
        rootToken = accounts.login("root");
    }

    private KVGrpc.KVBlockingStub kv() {
        return Accounts.as(token, wire().kv());
    }

    private LeaseGrpc.LeaseBlockingStub lease() {
        return Accounts.as(token, wire().lease());
    }

    private Accounts root() {
        return new Accounts(wire().auth()).as(rootToken);
    }

    private static void denied(ThrowingCallable call) {
        refused(Code.PERMISSION_DENIED, "etcdserver: permission denied", call);
    }

    private void put(String key) {
        kv().put(Wire.putRequest(key, "v").build());
    }

    private void rootPuts(String key, long lease) {
        PutRequest put = Wire.putRequest(key, "v").setLease(lease).build();
        Accounts.as(rootToken, wire().kv()).put(put);
    }

    private int count(String key, String end) {
        return (int) kv().range(RangeRequest.newBuilder()
                        .setKey(Wire.bytes(key))
                        .setRangeEnd(Wire.bytes(end))
                        .build())
                .getCount();
    }

    private void delete(String key, String end, boolean previous) {
        kv().deleteRange(DeleteRangeRequest.newBuilder()
                .setKey(Wire.bytes(key))
                .setRangeEnd(Wire.bytes(end))
                .setPrevKv(previous)
                .build());
    }

    @Test
    void nothingIsReadOrWrittenForNobody() {
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> wire().get("a"));
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> wire().put("b", "1"));
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> wire().delete("b"));
        TxnRequest txn = TxnRequest.newBuilder().addSuccess(Wire.getOp("a")).build();
        refused(Code.INVALID_ARGUMENT, EMPTY, () -> wire().kv().txn(txn));
    }

    @Test
    void aTokenIsTakenFromEitherHeader() {
        RangeRequest read = RangeRequest.newBuilder().setKey(Wire.bytes("a")).build();
        assertThat(Accounts.with(wire().kv(), "authorization", token)
                        .range(read)
                        .getCount())
                .isZero();
        for (String wrong : new String[] {"", "x", "x.y", "abcdefghijklmnop.1"}) {
            refused(
                    Code.UNAUTHENTICATED,
                    INVALID_TOKEN,
                    () -> Accounts.as(wrong, wire().kv()).range(read));
            refused(
                    Code.UNAUTHENTICATED,
                    INVALID_TOKEN,
                    () -> Accounts.as(wrong, wire().kv())
                            .put(Wire.putRequest("b", "1").build()));
        }
    }

    @Test
    void whatIsWrongWithARequestComesBeforeItsRights() {
        refused(Code.INVALID_ARGUMENT, "etcdserver: key is not provided", () -> wire().put("", "1"));
        refused(Code.INVALID_ARGUMENT, "etcdserver: key is not provided", () -> wire().get(""));
        denied(() -> kv().put(Wire.putRequest("z", "1").setLease(4711).build()));
        refused(
                Code.NOT_FOUND,
                "etcdserver: requested lease not found",
                () -> kv().put(Wire.putRequest("b", "1").setLease(4711).build()));
    }

    @Test
    void readingNeedsTheWholeRange() {
        assertThat(count("a", "")).isZero();
        assertThat(count("a", "c")).isZero();
        assertThat(count("b", "c")).isZero();
        denied(() -> count("c", ""));
        denied(() -> count("a", "c0"));
        denied(() -> count("`", "b"));
        denied(() -> count("a", "\0"));
        denied(() -> count("\0", "\0"));
        root().grant("user", Permission.Type.READ, "c", "\0");
        assertThat(count("a", "\0")).isZero();
    }

    @Test
    void writingNeedsTheRightToWrite() {
        put("b");
        put("cz");
        denied(() -> put("a"));
        denied(() -> put("d"));
        kv().put(Wire.putRequest("b", "1").setPrevKv(true).build());
        denied(() -> kv().put(Wire.putRequest("c", "1").setPrevKv(true).build()));
        delete("b", "d", false);
        denied(() -> delete("b", "d", true));
        delete("b", "c", true);
        denied(() -> delete("a", "c", false));
        denied(() -> delete("b", "\0", false));
    }

    @Test
    void aTransactionNeedsAllThatItMentions() {
        kv().txn(TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder().setKey(Wire.bytes("a")))
                .addSuccess(Wire.getOp("b"))
                .addFailure(Wire.putOp("c", "1"))
                .build());
        TxnRequest.Builder compared =
                TxnRequest.newBuilder().addCompare(Compare.newBuilder().setKey(Wire.bytes("c")));
        denied(() -> kv().txn(compared.build()));
        TxnRequest.Builder ranged = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder().setKey(Wire.bytes("a")).setRangeEnd(Wire.bytes("\0")));
        denied(() -> kv().txn(ranged.build()));
        denied(() -> kv().txn(
                        TxnRequest.newBuilder().addSuccess(Wire.putOp("a", "1")).build()));
        denied(() -> kv().txn(
                        TxnRequest.newBuilder().addFailure(Wire.putOp("a", "1")).build()));
        denied(() ->
                kv().txn(TxnRequest.newBuilder().addFailure(Wire.getOp("c")).build()));
        denied(() -> kv().txn(TxnRequest.newBuilder()
                .addSuccess(Wire.deleteOp("a", "c"))
                .build()));
    }

    @Test
    void rightsCountAtOnceAndTokensStay() {
        denied(() -> put("x"));
        root().grant("user", Permission.Type.READWRITE, "x", "y");
        put("x");
        root().revoke("user", "x", "y");
        denied(() -> put("x"));
        root().revokeRole("user", "user");
        denied(() -> put("b"));
        root().grantRole("user", "root");
        put("zz");
    }

    @Test
    void aLeaseGoesWithItsKeys() {
        long id = lease().leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build())
                .getID();
        kv().put(Wire.putRequest("b", "1").setLease(id).build());
        rootPuts("z", id);
        assertThat(lease().leaseTimeToLive(
                                LeaseTimeToLiveRequest.newBuilder().setID(id).build())
                        .getGrantedTTL())
                .isEqualTo(60);
        denied(() -> kv().put(Wire.putRequest("b", "2").setLease(id).build()));
        denied(() ->
                lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build()));
        root().grant("user", Permission.Type.READWRITE, "z", "");
        lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
    }

    @Test
    void aLeaseThatRunsOutTakesItsKeysWhoeverTheyBelongTo() {
        long id = lease().leaseGrant(LeaseGrantRequest.newBuilder().setTTL(2).build())
                .getID();
        kv().put(Wire.putRequest("b", "1").setLease(id).build());
        rootPuts("z", id);
        org.awaitility.Awaitility.await().until(() -> count("b", "") == 0);
    }

    @Test
    void aLockIsWrittenInTheNameOfItsCaller() {
        LockRequest lock = LockRequest.newBuilder().setName(Wire.bytes("b")).build();
        assertThat(Accounts.as(token, wire().lock()).lock(lock).getKey().toStringUtf8())
                .startsWith("b/");
        refused(Code.UNKNOWN, EMPTY, () -> wire().lock().lock(lock));
        LockRequest theirs = LockRequest.newBuilder().setName(Wire.bytes("z")).build();
        refused(
                Code.UNKNOWN,
                "etcdserver: permission denied",
                () -> Accounts.as(token, wire().lock()).lock(theirs));
    }

    @Test
    void aLeaderIsToldToWhoMayReadTheCandidates() {
        LeaderRequest mine = LeaderRequest.newBuilder().setName(Wire.bytes("b")).build();
        refused(
                Code.UNKNOWN,
                "election: no leader",
                () -> Accounts.as(token, wire().election()).leader(mine));
        LeaderRequest theirs =
                LeaderRequest.newBuilder().setName(Wire.bytes("z")).build();
        refused(
                Code.UNKNOWN,
                "etcdserver: permission denied",
                () -> Accounts.as(token, wire().election()).leader(theirs));
        refused(Code.UNKNOWN, EMPTY, () -> wire().election().leader(mine));
    }

    @Test
    void aWatchIsRefusedInItsStreamWhichStaysOpen() {
        try (StreamProbe<WatchRequest, WatchResponse> watch = watch(token)) {
            watch.send(create("a", "c"));
            assertThat(watch.next().getCanceled()).isFalse();
            watch.send(create("a", "d"));
            refusedWatch(watch, "rpc error: code = PermissionDenied desc = etcdserver: permission denied");
            put("b");
            assertThat(watch.next().getEventsCount()).isEqualTo(1);
            root().revoke("user", "b", "c");
            rootPuts("b", 0);
            assertThat(watch.next().getEventsCount())
                    .as("rights are asked once")
                    .isEqualTo(1);
        }
    }

    @Test
    void aWatchOfNobodyIsRefused() {
        try (StreamProbe<WatchRequest, WatchResponse> watch = new StreamProbe<>()) {
            wire().watchStreams().watch(watch);
            watch.send(create("a", ""));
            refusedWatch(watch, "rpc error: code = InvalidArgument desc = etcdserver: user name is empty");
        }
        try (StreamProbe<WatchRequest, WatchResponse> watch = watch("abcdefghijklmnop.1")) {
            watch.send(create("a", ""));
            refusedWatch(watch, "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
        }
    }

    private StreamProbe<WatchRequest, WatchResponse> watch(String with) {
        StreamProbe<WatchRequest, WatchResponse> stream = new StreamProbe<>();
        Accounts.as(with, wire().watchStreams()).watch(stream);
        return stream;
    }

    private static WatchRequest create(String key, String end) {
        return WatchRequest.newBuilder()
                .setCreateRequest(
                        WatchCreateRequest.newBuilder().setKey(Wire.bytes(key)).setRangeEnd(Wire.bytes(end)))
                .build();
    }

    private static void refusedWatch(StreamProbe<WatchRequest, WatchResponse> watch, String reason) {
        WatchResponse refusal = watch.next();
        assertThat(refusal.getCancelReason()).isEqualTo(reason);
        assertThat(refusal.getCreated()).isTrue();
        assertThat(refusal.getCanceled()).isTrue();
        assertThat(refusal.getWatchId()).isEqualTo(-1);
    }

    @Test
    void aLockNeedsTheRightsToItsKeys() {
        long lease = lease().leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(60).build())
                .getID();
        LockRequest.Builder lock = LockRequest.newBuilder().setLease(lease);
        LockRequest own = lock.setName(Wire.bytes("b")).build();
        LockRequest foreign = lock.setName(Wire.bytes("d")).build();
        refused(Code.UNKNOWN, EMPTY, () -> wire().lock().lock(own));
        refused(
                Code.UNKNOWN,
                "etcdserver: permission denied",
                () -> Accounts.as(token, wire().lock()).lock(foreign));
        var held = Accounts.as(token, wire().lock()).lock(own);
        UnlockRequest unlock = UnlockRequest.newBuilder().setKey(held.getKey()).build();
        refused(Code.UNKNOWN, EMPTY, () -> wire().lock().unlock(unlock));
        assertThat(Accounts.as(token, wire().lock()).unlock(unlock).hasHeader()).isTrue();
    }

    @Test
    void anElectionNeedsTheRightsToItsKeys() {
        LeaderRequest own = LeaderRequest.newBuilder().setName(Wire.bytes("b")).build();
        LeaderRequest foreign =
                LeaderRequest.newBuilder().setName(Wire.bytes("d")).build();
        refused(Code.UNKNOWN, EMPTY, () -> wire().election().leader(own));
        refused(
                Code.UNKNOWN,
                "etcdserver: permission denied",
                () -> Accounts.as(token, wire().election()).leader(foreign));
        refused(
                Code.UNKNOWN,
                "election: no leader",
                () -> Accounts.as(token, wire().election()).leader(own));
        assertThat(wire().election().observe(own).hasNext()).isFalse();
    }
}
