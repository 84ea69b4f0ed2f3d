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
 * @param size about how many bytes it takes in a request
 * @param then told the answer, once
 */
record KeyCall(Bytes key, Op op, LeaseId lease, int size, Consumer<KeyAnswer> then) {

    /** A put of a key that was last changed at the expected revision; else the key is read. */
    static KeyCall put(Bytes key, ClaimAction.Put put, Consumer<KeyAnswer> then) {
        Op op = guarded(key, put.expected())
                .then(Put.of(key, put.value()).under(put.lease()))
                .otherwise(Get.key(key));
        return new KeyCall(key, op, put.lease(), 3 * key.size() + put.value().size(), then);
    }

    /** A deletion of a key that was last changed at the expected revision; else the key is read. */
    static KeyCall delete(Bytes key, long expected, Consumer<KeyAnswer> then) {
        Op op = guarded(key, expected).then(Delete.key(key)).otherwise(Get.key(key));
        return new KeyCall(key, op, LeaseId.NONE, 3 * key.size(), then);
    }

    /** A read. */
    static KeyCall read(Bytes key, Consumer<KeyAnswer> then) {
        return new KeyCall(key, Get.key(key), LeaseId.NONE, key.size(), then);
    }

    /** A read of the key without its value. */
    static KeyCall look(Bytes key, Consumer<KeyAnswer> then) {
        return new KeyCall(key, Get.key(key).withoutValues(), LeaseId.NONE, key.size(), then);
    }

    /** A key that does not exist counts as changed at revision 0. */
    private static Txn guarded(Bytes key, long expected) {
        return Txn.when(Compare.modRevision(key, Relation.EQUAL, expected));
    }
}
