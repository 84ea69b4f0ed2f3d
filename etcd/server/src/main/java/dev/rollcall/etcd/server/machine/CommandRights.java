package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.lease.LeaseTable;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;

/**
 * Who may give which command. Stricter than etcd 3.5.16, as later versions are: nested transactions are checked, nothing is done for
 * nobody, and to compact needs root.
 */
final class CommandRights {
    private final LeaseTable leases;

    CommandRights(LeaseTable leases) {
        this.leases = leases;
    }

    /** @throws dev.rollcall.etcd.server.mvcc.Refusal when the actor may not give this command */
    void check(AuthState auth, Actor actor, Command command) {
        if (!auth.enabled()) {
            return;
        }
        if (command instanceof Command.Execute execute) {
            auth.requireUser(actor);
            check(auth, actor, execute.op());
        } else if (command instanceof Command.Grant) {
            auth.requireUser(actor);
        } else if (command instanceof Command.Revoke revoke) {
            auth.requireUser(actor);
            requireWrite(auth, actor, revoke.id());
        } else if (command instanceof Command.Renew renew) {
            auth.requireUser(actor);
            requireWrite(auth, actor, renew.id());
        } else if (command instanceof Command.Compact || command instanceof Command.ChangeAuth) {
            auth.requireRoot(actor);
        }
    }

    private void check(AuthState auth, Actor actor, Op op) {
        if (op instanceof Op.Range range) {
            auth.requireRead(actor, range.query().range());
        } else if (op instanceof Op.Put put) {
            auth.requireWrite(actor, KeyRange.single(put.key()));
            requireWrite(auth, actor, put.lease());
            if (put.previous()) {
                auth.requireRead(actor, KeyRange.single(put.key()));
            }
        } else if (op instanceof Op.DeleteRange delete) {
            auth.requireWrite(actor, delete.range());
            if (delete.previous()) {
                auth.requireRead(actor, delete.range());
            }
        } else if (op instanceof Op.Txn txn) {
            txn.compares().forEach(compare -> auth.requireRead(actor, compare.range()));
            txn.success().forEach(each -> check(auth, actor, each));
            txn.failure().forEach(each -> check(auth, actor, each));
        }
    }

    /** Whoever lets a lease live on, or end, does so to all of its keys. */
    private void requireWrite(AuthState auth, Actor actor, long lease) {
        for (Bytes key : leases.keys(lease)) {
            auth.requireWrite(actor, KeyRange.single(key));
        }
    }
}
