package dev.rollcall.etcd.server.machine;

import java.util.List;

/**
 * How large the data may grow, as etcd counts it.
 *
 * @param bytes the bound; 0 or less for none
 */
public record Quota(long bytes) {
    /** etcd's own default: 2 GiB. */
    public static final Quota DEFAULT = new Quota(2L << 30);

    private static final long PUT_OVERHEAD = 256;
    private static final long GRANT = 64;

    /** Whether a command fits in. What adds nothing always does. */
    public boolean admits(Command command, long size) {
        if (bytes <= 0) {
            return true;
        }
        long cost = cost(command);
        return cost == 0 || size + cost < bytes;
    }

    /** What a command may add, whichever way it goes. */
    static long cost(Command command) {
        if (command instanceof Command.As as) {
            return cost(as.command());
        }
        if (command instanceof Command.Execute execute) {
            return cost(execute.op());
        }
        return command instanceof Command.Grant ? GRANT : 0;
    }

    private static long cost(Op op) {
        if (op instanceof Op.Put put) {
            return PUT_OVERHEAD + put.key().size() + put.value().size();
        }
        return op instanceof Op.Txn txn ? Math.max(cost(txn.success()), cost(txn.failure())) : 0;
    }

    private static long cost(List<Op> ops) {
        return ops.stream().mapToLong(Quota::cost).sum();
    }
}
