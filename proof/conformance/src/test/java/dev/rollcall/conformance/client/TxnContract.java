package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.Compare.Relation;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.DeleteResult;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.PutResult;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.TxnResult;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions. */
abstract class TxnContract extends ClientContract {

    private static final Bytes KEY = Bytes.utf8("/t/k");
    private static final Bytes MISSING = Bytes.utf8("/t/missing");

    private boolean holds(Compare... conditions) {
        return kv().txn(Txn.when(conditions)).succeeded();
    }

    /** Checks all four relations of a target against what is there, one below and one above. */
    private <T> void related(BiFunction<Relation, T, Compare> target, T below, T there, T above) {
        assertThat(holds(target.apply(Relation.EQUAL, there))).isTrue();
        assertThat(holds(target.apply(Relation.EQUAL, above))).isFalse();
        assertThat(holds(target.apply(Relation.NOT_EQUAL, above))).isTrue();
        assertThat(holds(target.apply(Relation.NOT_EQUAL, there))).isFalse();
        assertThat(holds(target.apply(Relation.GREATER, below))).isTrue();
        assertThat(holds(target.apply(Relation.GREATER, there))).isFalse();
        assertThat(holds(target.apply(Relation.LESS, above))).isTrue();
        assertThat(holds(target.apply(Relation.LESS, there))).isFalse();
    }

    @Test
    void everyTargetIsComparedInEveryRelation() {
        LeaseId lease = grant(60).id();
        long created = put("/t/k", "a");
        long changed = kv().put("/t/k", "m", lease).header().revision();
        related((r, n) -> Compare.version(KEY, r, n), 1L, 2L, 3L);
        related((r, n) -> Compare.createRevision(KEY, r, n), created - 1, created, created + 1);
        related((r, n) -> Compare.modRevision(KEY, r, n), changed - 1, changed, changed + 1);
        related((r, v) -> Compare.value(KEY, r, v), bytes("l"), bytes("m"), bytes("n"));
        long id = lease.value();
        related((r, n) -> Compare.lease(KEY, r, new LeaseId(n)), id - 1, id, id + 1);
    }

    @Test
    void aMissingKeyCountsAsNothing() {
        put("/t/k", "a");
        assertThat(holds(Compare.absent(MISSING))).isTrue();
        assertThat(holds(Compare.exists(MISSING))).isFalse();
        assertThat(holds(Compare.absent(KEY))).isFalse();
        assertThat(holds(Compare.exists(KEY))).isTrue();
        assertThat(holds(Compare.version(MISSING, Relation.EQUAL, 0))).isTrue();
        assertThat(holds(Compare.modRevision(MISSING, Relation.EQUAL, 0))).isTrue();
        assertThat(holds(Compare.lease(MISSING, Relation.EQUAL, LeaseId.NONE))).isTrue();
        assertThat(holds(Compare.value(MISSING, Relation.EQUAL, Bytes.EMPTY))).isFalse();
        assertThat(holds(Compare.value(MISSING, Relation.NOT_EQUAL, bytes("x"))))
                .isFalse();
    }

    @Test
    void allConditionsMustHoldAndNoneMeansAlways() {
        put("/t/k", "a");
        assertThat(holds()).isTrue();
        assertThat(holds(Compare.exists(KEY), Compare.absent(MISSING))).isTrue();
        assertThat(holds(Compare.exists(KEY), Compare.exists(MISSING))).isFalse();
    }

    @Test
    void aConditionOverARangeMustHoldForEachKey() {
        put("/t/1", "x");
        put("/t/2", "x");
        Compare allX = Compare.value(KEY, Relation.EQUAL, bytes("x")).overAll(KeyRange.prefix("/t/"));
        assertThat(holds(allX)).isTrue();
        put("/t/3", "y");
        assertThat(holds(allX)).isFalse();
    }

    @Test
    void allIsDoneInOneRevisionAndAnsweredInOrder() {
        put("/t/old", "1");
        long before = revision();
        TxnResult done = kv().txn(Txn.when(Compare.absent(KEY))
                .then(
                        Put.of("/t/k", "new"),
                        Get.key(KEY),
                        Delete.key("/t/old").withPrevious(),
                        Put.of("/t/other", "x").withPrevious())
                .otherwise(Put.of("/t/never", "x")));
        assertThat(done.succeeded()).isTrue();
        assertThat(done.header().revision()).isEqualTo(before + 1);
        assertThat(done.results()).hasSize(4);
        assertThat(done.results().get(0)).isInstanceOf(PutResult.class);
        assertThat(((GetResult) done.results().get(1)).first().orElseThrow().value())
                .isEqualTo(bytes("new"));
        assertThat(((DeleteResult) done.results().get(2)).previous())
                .extracting(KeyValue::value)
                .containsExactly(bytes("1"));
        assertThat(((PutResult) done.results().get(3)).previous()).isEmpty();
        assertThat(kv().ls("/t/"))
                .hasSize(2)
                .allMatch(kv -> kv.modRevision() == done.header().revision());
    }

    @Test
    void theOtherListIsDoneWhenAConditionFails() {
        put("/t/k", "a");
        TxnResult done =
                kv().txn(Txn.when(Compare.absent(KEY)).then(Put.of("/t/k", "b")).otherwise(Get.key(KEY)));
        assertThat(done.succeeded()).isFalse();
        assertThat(((GetResult) done.results().get(0)).first().orElseThrow().value())
                .isEqualTo(bytes("a"));
    }

    @Test
    void aTransactionThatOnlyReadsTakesNoRevision() {
        long before = put("/t/k", "a");
        assertThat(kv().txn(Txn.when().then(Get.key(KEY))).header().revision()).isEqualTo(before);
        assertThat(kv().txn(Txn.when()).header().revision()).isEqualTo(before);
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void transactionsAreNested() {
        put("/t/k", "a");
        Txn inner = Txn.when(Compare.value(KEY, Relation.EQUAL, bytes("a")))
                .then(Put.of("/t/inner", "yes"), Get.key("/t/k"))
                .otherwise(Put.of("/t/inner", "no"));
        TxnResult done = kv().txn(Txn.when(Compare.exists(KEY)).then(inner, Put.of("/t/outer", "yes")));
        TxnResult nested = (TxnResult) done.results().get(0);
        assertThat(nested.succeeded()).isTrue();
        assertThat(nested.results()).hasSize(2);
        assertThat(((GetResult) nested.results().get(1)).count()).isEqualTo(1);
        assertThat(done.results().get(1)).isInstanceOf(PutResult.class);
        assertThat(kv().ls("/t/inner")).extracting(KeyValue::value).containsExactly(bytes("yes"));
        assertThat(kv().get("/t/outer")).isPresent();
    }

    @Test
    void aRefusedTransactionChangesNothing() {
        long first = put("/t/k", "a");
        kv().compact(put("/t/k", "b"));
        long before = revision();
        fails(EtcdError.INVALID_ARGUMENT, () -> kv().txn(Txn.when().then(Put.of("/t/k", "1"), Put.of("/t/k", "2"))));
        Put[] tooMany = IntStream.rangeClosed(0, Txn.MAX_OPS)
                .mapToObj(i -> Put.of("/t/" + i, "x"))
                .toArray(Put[]::new);
        fails(EtcdError.INVALID_ARGUMENT, () -> kv().txn(Txn.when().then(tooMany)));
        fails(
                EtcdError.LEASE_NOT_FOUND,
                () -> kv().txn(Txn.when()
                        .then(Put.of("/t/1", "x"), Put.of("/t/2", "x").under(new LeaseId(4711)))));
        fails(EtcdError.COMPACTED, () -> kv().txn(Txn.when().then(Get.key(KEY).atRevision(first))));
        assertThat(revision()).isEqualTo(before);
        assertThat(kv().ls("/t/")).hasSize(1);
    }

    @Test
    void asManyOperationsAsEtcdTakesAreDone() {
        Put[] most = IntStream.range(0, Txn.MAX_OPS)
                .mapToObj(i -> Put.of("/t/" + i, "x"))
                .toArray(Put[]::new);
        assertThat(kv().txn(Txn.when().then(most)).results()).hasSize(Txn.MAX_OPS);
        assertThat(kv().ls("/t/")).hasSize(Txn.MAX_OPS);
    }
}
