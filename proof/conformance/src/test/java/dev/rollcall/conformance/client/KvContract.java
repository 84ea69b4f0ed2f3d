package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.DeleteResult;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Writing and deleting keys, whole lists, and compaction. */
abstract class KvContract extends ClientContract {

    @Test
    void aKeyIsReadAsItWasPut() {
        long created = put("/k", "a");
        assertThat(kv().get("/k")).contains(new KeyValue(bytes("/k"), bytes("a"), created, created, 1, LeaseId.NONE));
        LeaseId lease = grant(60).id();
        long changed = kv().put("/k", "b", lease).header().revision();
        assertThat(changed).isEqualTo(created + 1);
        assertThat(kv().get("/k")).contains(new KeyValue(bytes("/k"), bytes("b"), created, changed, 2, lease));
        assertThat(kv().get("/missing")).isEmpty();
    }

    @Test
    void anyBytesGoThroughUnchanged() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        for (Bytes value : new Bytes[] {Bytes.of(all), Bytes.EMPTY, bytes("\u0000")}) {
            kv().put(Put.of(Bytes.of(all), value));
            assertThat(kv().get(Get.key(Bytes.of(all))).first().orElseThrow().value())
                    .isEqualTo(value);
        }
    }

    @Test
    void aDirectoryIsListedInKeyOrderWithoutItsNeighbours() {
        for (String key : new String[] {"/d/b", "/d/a", "/d", "/d1", "/d0", "/c/z", "/d/sub/x"}) {
            put(key, key);
        }
        assertThat(kv().ls("/d/")).extracting(kv -> kv.value().utf8()).containsExactly("/d/a", "/d/b", "/d/sub/x");
        assertThat(kv().ls("/nothing/")).isEmpty();
    }

    @Test
    void aPutTellsWhatWasBefore() {
        assertThat(kv().put(Put.of("/k", "a").withPrevious()).previous()).isEmpty();
        KeyValue before = kv().get("/k").orElseThrow();
        assertThat(kv().put(Put.of("/k", "b").withPrevious()).previous()).contains(before);
        assertThat(kv().put("/k", "c").previous()).isEmpty();
    }

    @Test
    void aDeleteTellsHowManyAndWhat() {
        put("/d/1", "a");
        long last = put("/d/2", "b");
        put("/d1", "stays");
        KeyValue one = kv().get("/d/1").orElseThrow();
        KeyValue two = kv().get("/d/2").orElseThrow();
        DeleteResult deleted = kv().delete(Delete.range(KeyRange.prefix("/d/")).withPrevious());
        assertThat(deleted.deleted()).isEqualTo(2);
        assertThat(deleted.previous()).containsExactly(one, two);
        assertThat(deleted.header().revision()).isEqualTo(last + 2);
        assertThat(kv().get("/d1")).isPresent();
        DeleteResult nothing = kv().delete("/d/1");
        assertThat(nothing.deleted()).isZero();
        assertThat(nothing.header().revision()).isEqualTo(last + 2);
    }

    @Test
    void aPutMayKeepTheValueOrTheLease() {
        LeaseId lease = grant(60).id();
        put("/k", "a");
        kv().put(Put.sameValue(bytes("/k")).under(lease));
        KeyValue leased = kv().get("/k").orElseThrow();
        assertThat(leased.value()).isEqualTo(bytes("a"));
        assertThat(leased.lease()).isEqualTo(lease);
        assertThat(leased.version()).isEqualTo(2);
        kv().put(Put.of("/k", "b").underSameLease());
        KeyValue changed = kv().get("/k").orElseThrow();
        assertThat(changed.value()).isEqualTo(bytes("b"));
        assertThat(changed.lease()).isEqualTo(lease);
        put("/k", "c");
        assertThat(kv().get("/k").orElseThrow().lease()).isEqualTo(LeaseId.NONE);
        fails(EtcdError.KEY_NOT_FOUND, () -> kv().put(Put.sameValue(bytes("/missing"))));
        fails(EtcdError.KEY_NOT_FOUND, () -> kv().put(Put.of("/missing", "x").underSameLease()));
    }

    @Test
    void aRefusedWriteNamesItsKeyAndChangesNothing() {
        long before = revision();
        EtcdException noLease = fails(EtcdError.LEASE_NOT_FOUND, () -> kv().put("/orphan", "x", new LeaseId(4711)));
        assertThat(noLease).hasMessageContaining("/orphan");
        Bytes huge = Bytes.of(new byte[2 << 20]);
        assertThat(fails(EtcdError.TOO_LARGE, () -> kv().put(Put.of(bytes("/huge"), huge))))
                .hasMessageContaining("/huge");
        fails(EtcdError.INVALID_ARGUMENT, () -> kv().put("", "x"));
        assertThat(revision()).isEqualTo(before);
        assertThat(kv().get("/orphan")).isEmpty();
    }

    @Test
    void aValueOfOneMebibyteIsStored() {
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');
        kv().put(Put.of(bytes("/large"), Bytes.of(large)));
        assertThat(kv().get("/large").orElseThrow().value()).isEqualTo(Bytes.of(large));
    }

    @Test
    void manyLargeValuesAreListed() {
        for (int i = 0; i < 12; i++) {
            kv().put(Put.of(bytes("/large/" + i), Bytes.of(new byte[1 << 20])));
        }
        assertThat(kv().ls("/large/")).hasSize(12).allMatch(kv -> kv.value().size() == 1 << 20);
    }

    @Test
    void aListIsOfOneRevisionWhileOthersWriteAndCompact() {
        int keys = 3_000;
        for (int i = 0; i < keys; i += 100) {
            putInOneTransaction(i, 100, "0");
        }
        AtomicBoolean stop = new AtomicBoolean();
        // Each round writes all keys of a value of its own in ascending order, so that two revisions mixed would show.
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int round = 1; !stop.get(); round++) {
                for (int i = 0; i < keys && !stop.get(); i += 100) {
                    putInOneTransaction(i, 100, Integer.toString(round));
                }
                kv().compact(revision());
            }
        });
        try {
            for (int i = 0; i < 10; i++) {
                GetResult list = kv().list(KeyRange.prefix("/many/"));
                assertThat(list.kvs()).hasSize(keys);
                assertThat(list.count()).isEqualTo(keys);
                assertThat(list.more()).isFalse();
                assertThat(list.kvs())
                        .allMatch(kv -> kv.modRevision() <= list.header().revision());
                assertThat(list.kvs().stream().map(KeyValue::key)).isSorted().doesNotHaveDuplicates();
                int[] rounds = list.kvs().stream()
                        .mapToInt(kv -> Integer.parseInt(kv.value().utf8()))
                        .toArray();
                assertThat(rounds[0] - rounds[keys - 1]).isBetween(0, 1);
                for (int k = 1; k < keys; k++) {
                    assertThat(rounds[k - 1]).isGreaterThanOrEqualTo(rounds[k]);
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    private void putInOneTransaction(int from, int count, String value) {
        Put[] puts = new Put[count];
        for (int i = 0; i < count; i++) {
            puts[i] = Put.of("/many/%05d".formatted(from + i), value);
        }
        kv().txn(Txn.when().then(puts));
    }

    @Test
    void historyEndsAtTheCompaction() {
        long first = put("/k", "a");
        long second = put("/k", "b");
        put("/k", "c");
        assertThat(kv().compact(second).revision()).isGreaterThan(second);
        fails(EtcdError.COMPACTED, () -> kv().get(Get.key("/k").atRevision(first)));
        assertThat(kv().get(Get.key("/k").atRevision(second))
                        .first()
                        .orElseThrow()
                        .value())
                .isEqualTo(bytes("b"));
        fails(EtcdError.COMPACTED, () -> kv().compact(first));
        fails(EtcdError.COMPACTED, () -> kv().compact(second));
        fails(EtcdError.FUTURE_REVISION, () -> kv().compact(revision() + 1));
        fails(EtcdError.FUTURE_REVISION, () -> kv().get(Get.key("/k").atRevision(revision() + 1)));
    }
}
