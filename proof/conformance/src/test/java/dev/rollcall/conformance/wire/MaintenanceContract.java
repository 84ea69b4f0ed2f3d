package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.AlarmMember;
import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmRequest.AlarmAction;
import dev.rollcall.etcd.proto.AlarmResponse;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.DefragmentRequest;
import dev.rollcall.etcd.proto.DowngradeRequest;
import dev.rollcall.etcd.proto.DowngradeRequest.DowngradeAction;
import dev.rollcall.etcd.proto.HashKVRequest;
import dev.rollcall.etcd.proto.HashKVResponse;
import dev.rollcall.etcd.proto.HashRequest;
import dev.rollcall.etcd.proto.MoveLeaderRequest;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What operators ask for: checksums, alarms and what they forbid, and what a single member cannot do. */
abstract class MaintenanceContract extends Contract {

    private HashKVResponse hash(long revision) {
        return wire().maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
    }

    private AlarmResponse alarm(AlarmAction action, long member, AlarmType type) {
        return wire().maintenance()
                .alarm(AlarmRequest.newBuilder()
                        .setAction(action)
                        .setMemberID(member)
                        .setAlarm(type)
                        .build());
    }

    private List<AlarmMember> alarms(AlarmType type) {
        return alarm(AlarmAction.GET, 0, type).getAlarmsList();
    }

    private static AlarmMember member(long id, AlarmType type) {
        return AlarmMember.newBuilder().setMemberID(id).setAlarm(type).build();
    }

    private void compact(long revision) {
        wire().compact(revision);
    }

    private StatusResponse status() {
        return wire().maintenance().status(StatusRequest.getDefaultInstance());
    }

    /** The numbers are etcd's. */
    @Test
    void theChecksumOfAHistoryIsEtcds(TestEtcd etcd) {
        etcd.wipe();
        try (Wire wire = new Wire(etcd)) {
            HashKVResponse empty = wire.maintenance().hashKV(HashKVRequest.getDefaultInstance());
            assertThat(Integer.toUnsignedLong(empty.getHash())).isEqualTo(1084519789L);
            assertThat(empty.getCompactRevision()).isEqualTo(-1);
            assertThat(empty.getHeader().getRevision()).isEqualTo(1);
            wire.put("/a", "1");
            wire.put("/a", "2");
            wire.kv()
                    .txn(TxnRequest.newBuilder()
                            .addSuccess(Wire.putOp("/b", ""))
                            .addSuccess(Wire.putOp("/c", "x"))
                            .addSuccess(Wire.deleteOp("/a", ""))
                            .build());
            wire.put("/a", "3");
            wire.delete("/b");
            List<Long> hashes = new ArrayList<>();
            for (long revision = 1; revision <= 6; revision++) {
                hashes.add(hashOf(wire, revision));
            }
            assertThat(hashes)
                    .containsExactly(1084519789L, 2150085451L, 2014884989L, 1211399751L, 30158893L, 3678569464L);
            wire.compact(3);
            assertThat(hashOf(wire, 5)).as("compacted at 3").isEqualTo(2823866046L);
            wire.compact(5);
            assertThat(hashOf(wire, 6)).as("compacted at 5").isEqualTo(3300855774L);
            wire.put("/c", "y");
            wire.compact(6);
            assertThat(hashOf(wire, 7)).as("compacted at a deletion").isEqualTo(822852303L);
            assertThat(hashOf(wire, 0)).isEqualTo(822852303L);
        }
    }

    private static long hashOf(Wire wire, long revision) {
        return Integer.toUnsignedLong(wire.maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build())
                .getHash());
    }

    @Test
    void aChecksumIsOfARevisionThatCanBeRead() {
        long revision = wire().put("/a", "1").getHeader().getRevision();
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision is a future revision",
                () -> hash(revision + 1));
        wire().put("/a", "2");
        wire().put("/a", "3");
        compact(revision + 1);
        assertThat(hash(0).getCompactRevision()).isEqualTo(revision + 1);
        assertThat(hash(0).getHeader().getRevision()).isEqualTo(revision + 2);
        refused(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted", () -> hash(revision - 1));
        assertThat(wire().maintenance().hash(HashRequest.getDefaultInstance()).getHash())
                .isNotZero();
    }

    @Test
    void anAlarmIsRaisedListedAndEnded() {
        long self = wire().put("/a", "1").getHeader().getMemberId();
        assertThat(alarms(AlarmType.NONE)).isEmpty();
        assertThat(alarm(AlarmAction.DEACTIVATE, self, AlarmType.NOSPACE).getAlarmsList())
                .isEmpty();
        AlarmMember full = member(self, AlarmType.NOSPACE);
        AlarmResponse raised = alarm(AlarmAction.ACTIVATE, self, AlarmType.NOSPACE);
        assertThat(raised.getAlarmsList()).containsExactly(full);
        assertThat(alarm(AlarmAction.ACTIVATE, self, AlarmType.NOSPACE).getAlarmsList())
                .containsExactly(full);
        assertThat(alarms(AlarmType.NONE)).containsExactly(full);
        assertThat(alarms(AlarmType.NOSPACE)).containsExactly(full);
        assertThat(alarms(AlarmType.CORRUPT)).isEmpty();
        assertThat(status().getErrorsList())
                .containsExactly("memberID:" + Long.toUnsignedString(self) + " alarm:NOSPACE ");
        assertThat(alarm(AlarmAction.DEACTIVATE, 0, AlarmType.NONE).getAlarmsList())
                .isEmpty();
        assertThat(alarm(AlarmAction.DEACTIVATE, self, AlarmType.NOSPACE).getAlarmsList())
                .containsExactly(full);
        assertThat(alarms(AlarmType.NONE)).isEmpty();
        assertThat(status().getErrorsList()).isEmpty();
    }

    @Test
    void theAnswerAboutAlarmsHasARevision() {
        assertThat(alarm(AlarmAction.GET, 0, AlarmType.NONE).getHeader().getRevision())
                .isEqualTo(wire().revision());
    }

    @Test
    void noAlarmIsNone() {
        assertThat(alarm(AlarmAction.ACTIVATE, 5, AlarmType.NONE).getAlarmsList())
                .isEmpty();
        assertThat(alarms(AlarmType.NONE)).isEmpty();
    }

    @Test
    void withoutSpaceNothingNewIsTaken() {
        long lease = wire().grant(60);
        wire().put("/a", "1", lease);
        wire().put("/b", "1");
        alarm(AlarmAction.ACTIVATE, 5, AlarmType.NOSPACE);
        refusedForSpace(() -> wire().put("/a", "2"));
        refusedForSpace(() -> wire().grant(60));
        TxnRequest.Builder either = TxnRequest.newBuilder().addFailure(Wire.putOp("/x", "1"));
        refusedForSpace(() -> wire().kv().txn(either.build()));
        assertThat(wire().get("/a").getCount()).isEqualTo(1);
        wire().delete("/b");
        wire().kv()
                .txn(TxnRequest.newBuilder().addSuccess(Wire.deleteOp("/b", "")).build());
        compact(wire().revision());
        wire().revoke(lease);
        assertThat(wire().get("/a").getCount()).isZero();
        assertThat(status().getErrorsList()).containsExactly("memberID:5 alarm:NOSPACE ");
        alarm(AlarmAction.DEACTIVATE, 5, AlarmType.NOSPACE);
        wire().put("/a", "2");
    }

    @Test
    void whatIsCorruptIsOnlyRead() {
        long lease = wire().grant(60);
        long revision = wire().put("/a", "1").getHeader().getRevision();
        alarm(AlarmAction.ACTIVATE, 5, AlarmType.CORRUPT);
        refusedAsCorrupt(() -> wire().put("/a", "2"));
        refusedAsCorrupt(() -> wire().delete("/a"));
        refusedAsCorrupt(() -> wire().grant(60));
        refusedAsCorrupt(() -> wire().revoke(lease));
        refusedAsCorrupt(() -> compact(revision));
        refusedAsCorrupt(() -> wire().kv()
                .txn(TxnRequest.newBuilder().addSuccess(Wire.putOp("/a", "2")).build()));
        assertThat(wire().get("/a").getCount()).isEqualTo(1);
        assertThat(wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(Wire.getOp("/a"))
                                .build())
                        .getSucceeded())
                .isTrue();
        alarm(AlarmAction.DEACTIVATE, 5, AlarmType.CORRUPT);
        wire().put("/a", "2");
    }

    @Test
    void anAlarmOutlivesARestart(TestEtcd etcd) {
        alarm(AlarmAction.ACTIVATE, 5, AlarmType.NOSPACE);
        etcd.restart();
        try (Wire again = new Wire(etcd)) {
            AlarmRequest.Builder request =
                    AlarmRequest.newBuilder().setMemberID(5).setAlarm(AlarmType.NOSPACE);
            assertThat(again.maintenance()
                            .alarm(AlarmRequest.getDefaultInstance())
                            .getAlarmsList())
                    .containsExactly(member(5, AlarmType.NOSPACE));
            refusedForSpace(() -> again.put("/a", "1"));
            var unused = again.maintenance()
                    .alarm(request.setAction(AlarmAction.DEACTIVATE).build());
            again.put("/a", "1");
        }
    }

    @Test
    void theSizeGrowsWithTheData() {
        for (int i = 0; i < 20; i++) {
            wire().put("/big", "x".repeat(500_000));
        }
        // A real database counts anew when it commits a batch, and it commits none when nothing is written.
        Awaitility.await().until(() -> usedAfterAWrite() > 8_000_000);
        long full = status().getDbSize();
        assertThat(full).isGreaterThan(8_000_000);
        compact(wire().revision());
        Awaitility.await().until(() -> usedAfterAWrite() < full - 8_000_000);
        assertThat(status().getDbSize()).isGreaterThan(8_000_000);
        var unused = wire().maintenance().defragment(DefragmentRequest.getDefaultInstance());
        StatusResponse small = status();
        assertThat(small.getDbSize()).isLessThan(full - 8_000_000);
        assertThat(small.getDbSizeInUse()).isLessThanOrEqualTo(small.getDbSize());
    }

    private long usedAfterAWrite() {
        wire().put("/small", "x");
        return status().getDbSizeInUse();
    }

    @Test
    void oneMemberLeadsItself() {
        long self = status().getHeader().getMemberId();
        assertThat(wire().maintenance()
                        .moveLeader(
                                MoveLeaderRequest.newBuilder().setTargetID(self).build())
                        .hasHeader())
                .isFalse();
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: bad leader transferee",
                () -> wire().maintenance()
                        .moveLeader(
                                MoveLeaderRequest.newBuilder().setTargetID(5).build()));
    }

    @Test
    void anOlderVersionMayBeAskedAbout() {
        for (String version : List.of("3.4", "3.4.0", "3.4.7")) {
            assertThat(downgrade(DowngradeAction.VALIDATE_VALUE, version)).isEqualTo("3.5.0");
        }
        for (String version : List.of("", "x", "3", "3.4.x")) {
            refused(
                    Code.INVALID_ARGUMENT,
                    "etcdserver: wrong downgrade target version format",
                    () -> downgrade(DowngradeAction.VALIDATE_VALUE, version));
        }
        for (String version : List.of("3.5", "3.3", "4.4", "2.4.1")) {
            refused(
                    Code.INVALID_ARGUMENT,
                    "etcdserver: invalid downgrade target version",
                    () -> downgrade(DowngradeAction.ENABLE_VALUE, version));
        }
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: no inflight downgrade job",
                () -> downgrade(DowngradeAction.CANCEL_VALUE, ""));
        refused(Code.UNKNOWN, "etcdserver: unknown method", () -> downgrade(9, "3.4"));
    }

    private String downgrade(int action, String version) {
        return wire().maintenance()
                .downgrade(DowngradeRequest.newBuilder()
                        .setActionValue(action)
                        .setVersion(version)
                        .build())
                .getVersion();
    }

    private static void refusedForSpace(ThrowingCallable call) {
        refused(Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded", call);
    }

    private static void refusedAsCorrupt(ThrowingCallable call) {
        refused(Code.DATA_LOSS, "etcdserver: corrupt cluster", call);
    }
}
