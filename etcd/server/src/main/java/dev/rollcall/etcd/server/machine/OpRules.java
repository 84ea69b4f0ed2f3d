package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an operation must obey whatever the state is, checked in etcd's order. */
final class OpRules {
    static final int MAX_TXN_OPS = 128;

    private OpRules() {}

    static void check(Op op, int maxTxnOps) {
        checkParts(op, maxTxnOps);
        if (op instanceof Op.Txn txn) {
            Touched.of(txn.success());
            Touched.of(txn.failure());
        }
    }

    private static void checkParts(Op op, int budget) {
        if (op instanceof Op.Range range) {
            require(!range.query().range().from().isEmpty(), Reason.KEY_NOT_PROVIDED);
        } else if (op instanceof Op.Put put) {
            require(!put.key().isEmpty(), Reason.KEY_NOT_PROVIDED);
            require(!put.ignoreValue() || put.value().isEmpty(), Reason.VALUE_PROVIDED);
            require(!put.ignoreLease() || put.lease() == 0, Reason.LEASE_PROVIDED);
        } else if (op instanceof Op.DeleteRange delete) {
            require(!delete.range().from().isEmpty(), Reason.KEY_NOT_PROVIDED);
        } else if (op instanceof Op.Txn txn) {
            checkTxn(txn, budget);
        } else {
            throw new Refusal(Reason.KEY_NOT_FOUND);
        }
    }

    private static void checkTxn(Op.Txn txn, int budget) {
        int size = Math.max(
                txn.compares().size(),
                Math.max(txn.success().size(), txn.failure().size()));
        require(size <= budget, Reason.TOO_MANY_OPERATIONS);
        for (Compare compare : txn.compares()) {
            require(!compare.range().from().isEmpty(), Reason.KEY_NOT_PROVIDED);
        }
        txn.success().forEach(op -> checkParts(op, budget - size));
        txn.failure().forEach(op -> checkParts(op, budget - size));
    }

    private static void require(boolean held, Reason otherwise) {
        if (!held) {
            throw new Refusal(otherwise);
        }
    }

    /** The keys one branch puts and deletes; no key may be put twice, or put and deleted, in one revision. */
    private static final class Touched {
        private final Set<Bytes> puts = new HashSet<>();
        private final KeyIntervals deletes = new KeyIntervals();

        /** Deletions of this level first, then what nested transactions touch, then puts of this level: etcd's order, quirks included. */
        static Touched of(List<Op> branch) {
            Touched touched = new Touched();
            for (Op op : branch) {
                if (op instanceof Op.DeleteRange delete) {
                    touched.deletes.add(delete.range());
                }
            }
            for (Op op : branch) {
                if (op instanceof Op.Txn txn) {
                    touched.addNested(of(txn.success()), of(txn.failure()));
                }
            }
            for (Op op : branch) {
                if (op instanceof Op.Put put) {
                    touched.addPut(put.key());
                }
            }
            return touched;
        }

        /** Only one of the two branches runs, so they may both put the same key. */
        private void addNested(Touched success, Touched failure) {
            success.puts.forEach(this::addPut);
            for (Bytes key : failure.puts) {
                if (!success.puts.contains(key)) {
                    addPut(key);
                }
            }
            deletes.addAll(success.deletes);
            deletes.addAll(failure.deletes);
        }

        private void addPut(Bytes key) {
            require(!deletes.contains(key) && puts.add(key), Reason.DUPLICATE_KEY);
        }
    }
}
