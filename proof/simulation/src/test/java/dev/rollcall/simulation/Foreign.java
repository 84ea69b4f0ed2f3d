package dev.rollcall.simulation;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Commands that come from nobody of ours. */
final class Foreign {

    private Foreign() {}

    static Command put(String key, String value) {
        return new Command.Execute(put(Bytes.utf8(key), Bytes.utf8(value), 0));
    }

    private static Op put(Bytes key, Bytes value, long lease) {
        return new Op.Put(key, value, lease, false, false, false);
    }

    static Command delete(KeyRange range) {
        return new Command.Execute(new Op.DeleteRange(range, false));
    }

    /** Writes elsewhere, so that the revision rises. */
    static void fill(Cluster cluster, long writes) {
        for (long i = 0; i < writes; i++) {
            cluster.server().apply(put("elsewhere/" + i % 7, "x" + i));
        }
    }

    /** The commands that make a history again, with the leases that its last keys live by. */
    static List<Command> replay(List<Commit> commits, Epoch past) {
        Set<Long> leases = new TreeSet<>();
        past.now().values().forEach(kv -> leases.add(kv.lease()));
        leases.remove(0L);
        List<Command> commands = new ArrayList<>();
        leases.forEach(lease -> commands.add(new Command.Grant(lease, 3)));
        for (Commit commit : commits) {
            List<Op> ops = new ArrayList<>();
            for (KeyValue change : commit.changes()) {
                boolean lives = leases.contains(change.lease());
                ops.add(
                        change.isTombstone()
                                ? new Op.DeleteRange(KeyRange.single(change.key()), false)
                                : put(change.key(), change.value(), lives ? change.lease() : 0));
            }
            commands.add(new Command.Execute(ops.size() == 1 ? ops.get(0) : new Op.Txn(List.of(), ops, List.of())));
        }
        return commands;
    }
}
