package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.HashKVRequest;
import dev.rollcall.etcd.proto.HashKVResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.SnapshotRequest;
import dev.rollcall.etcd.proto.SnapshotResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot of the embedded server is one of etcd: a real one goes on from it. */
@Tag("contract")
class SnapshotTest {

    private static HashKVResponse hash(Wire wire, long revision) {
        return wire.maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
    }

    private static Object everything(Wire wire, long revision) {
        return wire.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(Wire.bytes("\0"))
                        .setRangeEnd(Wire.bytes("\0"))
                        .setRevision(revision)
                        .build())
                .getKvsList();
    }

    /** Keys of all kinds: many, large, deleted, with a lease, several in one revision, and a history that is partly compacted. */
    private static long fill(Wire wire) {
        for (int i = 0; i < 600; i++) {
            wire.put("/many/" + i, "value " + i);
        }
        wire.put("/large", "x".repeat(100_000));
        wire.compact(wire.revision() - 200);
        long lease = wire.grant(600);
        for (int i = 0; i < 300; i++) {
            var unused = wire.grant(600);
        }
        wire.put("/leased", "1", lease);
        wire.delete("/many/7");
        TxnRequest.Builder both = TxnRequest.newBuilder()
                .addSuccess(Wire.putOp("/a", "1"))
                .addSuccess(Wire.deleteOp("/many/8", ""))
                .addSuccess(Wire.putOp("/b", ""));
        assertThat(wire.kv().txn(both.build()).getSucceeded()).isTrue();
        return lease;
    }

    @Test
    void aRealEtcdGoesOnFromIt(@TempDir Path directory) {
        Path saved = directory.resolve("saved");
        try (TestEtcd embedded = EtcdSpec.embedded().start();
                TestEtcd real = EtcdSpec.real("3.5.16").start();
                Wire from = new Wire(embedded)) {
            long lease = fill(from);
            embedded.saveSnapshot(saved);
            real.restoreSnapshot(saved);
            try (Wire to = new Wire(real)) {
                long revision = from.revision();
                assertThat(to.revision()).isEqualTo(revision);
                for (long at : List.of(revision - 202, revision - 100, revision - 1, revision)) {
                    assertThat(everything(to, at)).as("at %d", at).isEqualTo(everything(from, at));
                    assertThat(hash(to, at).getHash())
                            .as("at %d", at)
                            .isEqualTo(hash(from, at).getHash());
                }
                assertThat(hash(to, 0).getCompactRevision())
                        .isEqualTo(hash(from, 0).getCompactRevision());
                assertThat(to.timeToLive(lease).getGrantedTTL()).isEqualTo(600);
                to.revoke(lease);
                assertThat(to.get("/leased").getCount()).isZero();
                assertThat(to.put("/new", "1").getHeader().getRevision()).isEqualTo(revision + 2);
            }
        }
    }

    @Test
    void itComesInBlobsWithAChecksumBehind() {
        try (TestEtcd embedded = EtcdSpec.embedded().start();
                Wire wire = new Wire(embedded)) {
            wire.put("/large", "x".repeat(100_000));
            List<SnapshotResponse> parts = new ArrayList<>();
            wire.maintenance().snapshot(SnapshotRequest.getDefaultInstance()).forEachRemaining(parts::add);
            SnapshotResponse checksum = parts.remove(parts.size() - 1);
            assertThat(checksum.getBlob().size()).isEqualTo(32);
            assertThat(checksum.getRemainingBytes()).isZero();
            long size = parts.stream().mapToLong(part -> part.getBlob().size()).sum();
            assertThat(size % 4096).isZero();
            for (SnapshotResponse part : parts) {
                size -= part.getBlob().size();
                assertThat(part.getRemainingBytes()).isEqualTo(size);
                assertThat(part.getBlob().size()).isLessThanOrEqualTo(32768);
                assertThat(part.hasHeader()).isFalse();
            }
        }
    }
}
