package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.lease.LeaseTable;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.Store;
import java.util.List;

/**
 * Carries out one operation in three steps: decide every comparison on the state before, check what the chosen operations need,
 * and only then change anything. So an operation is carried out whole or not at all.
 */
final class Execution {
    private final Store store;
    private final LeaseTable leases;

    Execution(Store store, LeaseTable leases) {
        this.store = store;
        this.leases = leases;
    }

    Outcome run(Op op, Store.Write write) {
        Step step = decide(op);
        check(step);
        return perform(step, write);
    }

    private Step decide(Op op) {
        if (!(op instanceof Op.Txn txn)) {
            return new Step(op, false, List.of());
        }
        boolean succeeded = txn.compares().stream().allMatch(compare -> compare.holds(store));
        List<Op> chosen = succeeded ? txn.success() : txn.failure();
        return new Step(op, succeeded, chosen.stream().map(this::decide).toList());
    }

    /** In etcd's order, for a request may be wrong in two ways: a put alone first needs its lease, one in a transaction its key. */
    private void check(Step step) {
        if (step.op instanceof Op.Put put) {
            requireLease(put);
            requireKey(put);
        } else {
            checkPuts(step);
            checkReads(step);
        }
    }

    private void checkPuts(Step step) {
        if (step.op instanceof Op.Put put) {
            requireKey(put);
            requireLease(put);
        }
        step.chosen.forEach(this::checkPuts);
    }

    private void checkReads(Step step) {
        if (step.op instanceof Op.Range range && range.query().revision() != 0) {
            store.requireReadable(range.query().revision());
        }
        step.chosen.forEach(this::checkReads);
    }

    private void requireLease(Op.Put put) {
        if (put.lease() != 0 && !leases.exists(put.lease())) {
            throw new Refusal(Reason.LEASE_NOT_FOUND);
        }
    }

    private void requireKey(Op.Put put) {
        if ((put.ignoreValue() || put.ignoreLease()) && store.at(put.key(), store.revision()) == null) {
            throw new Refusal(Reason.KEY_NOT_FOUND);
        }
    }

    private Outcome perform(Step step, Store.Write write) {
        if (step.op instanceof Op.Put put) {
            return put(put, write);
        }
        if (step.op instanceof Op.DeleteRange delete) {
            List<KeyValue> deleted = write.delete(delete.range());
            return new Outcome.DeleteRange(write.revision(), deleted.size(), delete.previous() ? deleted : List.of());
        }
        if (step.op instanceof Op.Range range) {
            return new Outcome.Range(write.range(range.query()));
        }
        List<Outcome> outcomes =
                step.chosen.stream().map(chosen -> perform(chosen, write)).toList();
        return new Outcome.Txn(write.revision(), step.succeeded, outcomes);
    }

    private static Outcome put(Op.Put put, Store.Write write) {
        KeyValue previous = write.get(put.key());
        Bytes value = put.ignoreValue() && previous != null ? previous.value() : put.value();
        long lease = put.ignoreLease() && previous != null ? previous.lease() : put.lease();
        write.put(put.key(), value, lease);
        return new Outcome.Put(write.revision(), put.previous() ? previous : null);
    }

    private record Step(Op op, boolean succeeded, List<Step> chosen) {}
}
