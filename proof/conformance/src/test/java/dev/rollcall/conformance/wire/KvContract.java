package dev.rollcall.conformance.wire;

import static dev.rollcall.conformance.wire.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeRequest.SortOrder;
import dev.rollcall.etcd.proto.RangeRequest.SortTarget;
import dev.rollcall.etcd.proto.RangeResponse;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys: put, range, delete, compaction. */
abstract class KvContract extends Contract {

    private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

    private static List<String> keys(RangeResponse response) {
        return response.getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8())
                .toList();
    }

    @Test
    void everyPutIsARevisionAndKeepsTheCreation() {
        PutResponse first = wire().put("/a", "1");
        PutResponse second = wire().put("/a", "1");
        assertThat(second.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision() + 1);
        KeyValue kv = wire().get("/a").getKvs(0);
        assertThat(kv.getCreateRevision()).isEqualTo(first.getHeader().getRevision());
        assertThat(kv.getModRevision()).isEqualTo(second.getHeader().getRevision());
        assertThat(kv.getVersion()).isEqualTo(2);
    }

    @Test
    void aKeyPutAfterItsDeletionBeginsAnew() {
        wire().put("/a", "1");
        wire().delete("/a");
        long again = wire().put("/a", "2").getHeader().getRevision();
        KeyValue kv = wire().get("/a").getKvs(0);
        assertThat(kv.getCreateRevision()).isEqualTo(again);
        assertThat(kv.getVersion()).isEqualTo(1);
    }

    @Test
    void answersNameTheClusterAndTheMember() {
        PutResponse put = wire().put("/a", "1");
        assertThat(put.getHeader().getClusterId()).isNotZero();
        assertThat(put.getHeader().getMemberId()).isNotZero();
        assertThat(put.getHeader().getRaftTerm()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void thePreviousValueComesWhenAskedFor() {
        assertThat(wire().kv()
                        .put(Wire.putRequest("/a", "1").setPrevKv(true).build())
                        .hasPrevKv())
                .isFalse();
        PutResponse second =
                wire().kv().put(Wire.putRequest("/a", "2").setPrevKv(true).build());
        assertThat(second.getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
    }

    @Test
    void keysComeInUnsignedByteOrder() {
        ByteString high = bytes("/k").concat(ByteString.copyFrom(new byte[] {(byte) 0xff}));
        wire().kv().put(Wire.putRequest("/ka", "").build());
        wire().kv().put(Wire.putRequest("/k", "").build());
        wire().kv().put(Wire.putRequest("", "").setKey(high).build());
        List<ByteString> found =
                wire().prefix("/k").getKvsList().stream().map(KeyValue::getKey).toList();
        assertThat(found).containsExactly(bytes("/k"), bytes("/ka"), high);
    }

    @Test
    void aRangeIsHalfOpenAndAnInvertedOneIsEmpty() {
        for (String key : List.of("a", "b", "c")) {
            wire().put(key, "");
        }
        RangeRequest.Builder request =
                RangeRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("c"));
        assertThat(keys(wire().kv().range(request.build()))).containsExactly("a", "b");
        request.setKey(bytes("c")).setRangeEnd(bytes("a"));
        assertThat(wire().kv().range(request.build()).getKvsCount()).isZero();
        request.setKey(bytes("b")).setRangeEnd(OPEN_END);
        assertThat(keys(wire().kv().range(request.build()))).containsExactly("b", "c");
    }

    @Test
    void theCountIgnoresLimitAndRevisionFilters() {
        wire().put("/a/1", "");
        wire().put("/a/2", "");
        long last = wire().put("/a/3", "").getHeader().getRevision();
        RangeResponse limited =
                wire().kv().range(Wire.prefixRequest("/a/").setLimit(2).build());
        assertThat(limited.getCount()).isEqualTo(3);
        assertThat(limited.getMore()).isTrue();
        assertThat(limited.getKvsCount()).isEqualTo(2);
        RangeResponse exact =
                wire().kv().range(Wire.prefixRequest("/a/").setLimit(3).build());
        assertThat(exact.getMore()).isFalse();
        RangeResponse filtered = wire().kv()
                .range(Wire.prefixRequest("/a/").setMinModRevision(last).build());
        assertThat(keys(filtered)).containsExactly("/a/3");
        assertThat(filtered.getCount()).isEqualTo(3);
    }

    @Test
    void countingAndLeavingOutValues() {
        wire().put("/a/1", "value");
        RangeResponse counted =
                wire().kv().range(Wire.prefixRequest("/a/").setCountOnly(true).build());
        assertThat(counted.getCount()).isEqualTo(1);
        assertThat(counted.getKvsCount()).isZero();
        KeyValue bare = wire().kv()
                .range(Wire.prefixRequest("/a/").setKeysOnly(true).build())
                .getKvs(0);
        assertThat(bare.getValue().isEmpty()).isTrue();
        assertThat(bare.getModRevision()).isPositive();
    }

    @Test
    void sortingByEveryTarget() {
        wire().put("/s/a", "3");
        wire().put("/s/b", "1");
        wire().put("/s/c", "2");
        wire().put("/s/a", "3");
        assertThat(sorted(SortTarget.KEY, SortOrder.DESCEND)).containsExactly("/s/c", "/s/b", "/s/a");
        assertThat(sorted(SortTarget.VALUE, SortOrder.ASCEND)).containsExactly("/s/b", "/s/c", "/s/a");
        assertThat(sorted(SortTarget.MOD, SortOrder.ASCEND)).containsExactly("/s/b", "/s/c", "/s/a");
        assertThat(sorted(SortTarget.CREATE, SortOrder.DESCEND)).containsExactly("/s/c", "/s/b", "/s/a");
        assertThat(sorted(SortTarget.VERSION, SortOrder.DESCEND).get(0)).isEqualTo("/s/a");
        assertThat(sorted(SortTarget.VALUE, SortOrder.NONE)).containsExactly("/s/b", "/s/c", "/s/a");
    }

    private List<String> sorted(SortTarget target, SortOrder order) {
        return keys(wire().kv()
                .range(Wire.prefixRequest("/s/")
                        .setSortTarget(target)
                        .setSortOrder(order)
                        .build()));
    }

    @Test
    void thePastIsReadableUntilItIsCompacted() {
        long first = wire().put("/a", "1").getHeader().getRevision();
        long second = wire().put("/a", "2").getHeader().getRevision();
        RangeRequest.Builder past =
                RangeRequest.newBuilder().setKey(bytes("/a")).setRevision(first);
        RangeResponse read = wire().kv().range(past.build());
        assertThat(read.getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
        assertThat(read.getHeader().getRevision()).isEqualTo(second);
        wire().kv().compact(CompactionRequest.newBuilder().setRevision(second).build());
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision has been compacted",
                () -> wire().kv().range(past.build()));
        assertThat(wire().kv().range(past.setRevision(second).build()).getKvsCount())
                .isEqualTo(1);
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision is a future revision",
                () -> wire().kv().range(past.setRevision(second + 100).build()));
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision has been compacted",
                () -> wire().kv()
                        .compact(CompactionRequest.newBuilder()
                                .setRevision(second)
                                .build()));
        refused(
                Code.OUT_OF_RANGE,
                "etcdserver: mvcc: required revision is a future revision",
                () -> wire().kv()
                        .compact(CompactionRequest.newBuilder()
                                .setRevision(second + 100)
                                .build()));
    }

    @Test
    void deletingCountsAndDeletingNothingIsNoRevision() {
        wire().put("/d/1", "x");
        wire().put("/d/2", "y");
        DeleteRangeRequest.Builder request = DeleteRangeRequest.newBuilder()
                .setKey(bytes("/d/"))
                .setRangeEnd(Wire.prefixEnd("/d/"))
                .setPrevKv(true);
        DeleteRangeResponse deleted = wire().kv().deleteRange(request.build());
        assertThat(deleted.getDeleted()).isEqualTo(2);
        assertThat(deleted.getPrevKvsList())
                .extracting(kv -> kv.getValue().toStringUtf8())
                .containsExactly("x", "y");
        DeleteRangeResponse nothing = wire().kv().deleteRange(request.build());
        assertThat(nothing.getDeleted()).isZero();
        assertThat(nothing.getHeader().getRevision())
                .isEqualTo(deleted.getHeader().getRevision());
    }

    @Test
    void badPutsAreRefusedToTheLetter() {
        refused(Code.INVALID_ARGUMENT, "etcdserver: key is not provided", () -> wire().put("", "x"));
        refused(Code.INVALID_ARGUMENT, "etcdserver: key is not provided", () -> wire().get(""));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: value is provided",
                () -> wire().kv()
                        .put(Wire.putRequest("/a", "x").setIgnoreValue(true).build()));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: lease is provided",
                () -> wire().kv()
                        .put(Wire.putRequest("/a", "x")
                                .setIgnoreLease(true)
                                .setLease(5)
                                .build()));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: key not found",
                () -> wire().kv()
                        .put(Wire.putRequest("/none", "").setIgnoreValue(true).build()));
        refused(Code.NOT_FOUND, "etcdserver: requested lease not found", () -> wire().put("/a", "x", 4711));
    }

    @Test
    void aRequestBeyondTheLimitIsRefused() {
        String value = "x".repeat(1_572_864);
        refused(Code.INVALID_ARGUMENT, "etcdserver: request is too large", () -> wire().put("/a", value));
        assertThat(wire().put("/a", "x".repeat(1_500_000)).getHeader().getRevision())
                .isPositive();
    }

    @Test
    void ignoreValueKeepsTheValueAndIgnoreLeaseTheLease() {
        long lease = wire().grant(60);
        wire().put("/a", "kept", lease);
        wire().kv().put(Wire.putRequest("/a", "new").setIgnoreLease(true).build());
        assertThat(wire().get("/a").getKvs(0).getLease()).isEqualTo(lease);
        wire().kv().put(Wire.putRequest("/a", "").setIgnoreValue(true).build());
        KeyValue kv = wire().get("/a").getKvs(0);
        assertThat(kv.getValue().toStringUtf8()).isEqualTo("new");
        assertThat(kv.getLease()).isZero();
        assertThat(kv.getVersion()).isEqualTo(3);
    }
}
