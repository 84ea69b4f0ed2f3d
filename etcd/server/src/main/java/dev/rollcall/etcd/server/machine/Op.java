package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import java.util.List;
import java.util.stream.Stream;

/** One operation on the keys, alone or in a transaction. */
public sealed interface Op {

    /** Whether it can change nothing, whichever way it goes. A nested transaction counts as a change, as in etcd. */
    default boolean onlyReads() {
        if (this instanceof Txn txn) {
            return Stream.concat(txn.success().stream(), txn.failure().stream()).allMatch(Range.class::isInstance);
        }
        return this instanceof Range;
    }

    /** Reads a range. */
    record Range(RangeQuery query) implements Op {}

    /**
     * Sets a key.
     *
     * @param lease the lease to hang it on, 0 for none
     * @param ignoreValue whether the key keeps the value it has
     * @param ignoreLease whether the key keeps the lease it has
     */
    record Put(Bytes key, Bytes value, long lease, boolean previous, boolean ignoreValue, boolean ignoreLease)
            implements Op {}

    /** Deletes a range. */
    record DeleteRange(KeyRange range, boolean previous) implements Op {}

    /** Carries out one of two lists, depending on comparisons with the state before the whole transaction. */
    record Txn(List<Compare> compares, List<Op> success, List<Op> failure) implements Op {}

    /** An operation a client left empty; always refused. */
    record Unset() implements Op {}
}
