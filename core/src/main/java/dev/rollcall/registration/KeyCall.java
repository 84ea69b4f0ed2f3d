package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.Compare.Relation;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import java.util.function.Consumer;

/**
 * One call about one key.
 *
 * @param key the key
 * @param op what to do
 * @param lease the lease of a put, else {@link LeaseId#NONE}
 * @param size about how many bytes it takes in a request, or its answer
 * @param isNew whether it puts a key that must not exist
 * @param then told the answer, once
 */
record KeyCall(Bytes key, Op op, LeaseId lease, int size, boolean isNew, Consumer<KeyAnswer> then) {

    /** A put of a key that stands as expected; else the key is read. */
    static KeyCall put(Bytes key, ClaimAction.Put put, Consumer<KeyAnswer> then) {
        Op op = guarded(key, put.expected())
                .then(Put.of(key, put.value()).under(put.lease()))
                .otherwise(Get.key(key));
        int size = size(key, put.expected()) + put.value().size();
        return new KeyCall(key, op, put.lease(), size, put.expected().equals(Standing.NOTHING), then);
    }

    /** A deletion of a key that stands as expected; else the key is read. */
    static KeyCall delete(Bytes key, Standing expected, Consumer<KeyAnswer> then) {
        Op op = guarded(key, expected).then(Delete.key(key)).otherwise(Get.key(key));
        return new KeyCall(key, op, LeaseId.NONE, size(key, expected), false, then);
    }

    /** A read. */
    static KeyCall read(Bytes key, Consumer<KeyAnswer> then) {
        return read(key, 0, then);
    }

    /** A read of a key whose value is believed to take so many bytes; those of a batch share an answer. */
    static KeyCall read(Bytes key, int bytes, Consumer<KeyAnswer> then) {
        return new KeyCall(key, Get.key(key), LeaseId.NONE, key.size() + bytes, false, then);
    }

    private static Txn guarded(Bytes key, Standing expected) {
        if (expected.equals(Standing.NOTHING)) {
            return Txn.when(Compare.absent(key));
        }
        Compare revision = Compare.modRevision(key, Relation.EQUAL, expected.modRevision());
        Compare lease = Compare.lease(key, Relation.EQUAL, expected.lease());
        return expected.value().isEmpty()
                ? Txn.when(revision, lease)
                : Txn.when(revision, lease, Compare.value(key, Relation.EQUAL, expected.value()));
    }

    private static int size(Bytes key, Standing expected) {
        return 5 * key.size() + expected.value().size();
    }
}
