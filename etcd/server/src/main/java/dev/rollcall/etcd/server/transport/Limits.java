package dev.rollcall.etcd.server.transport;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;

/**
 * How large requests may be.
 *
 * @param requestBytes the largest write, as an entry of etcd's log
 * @param txnOps most comparisons, and most operations in a branch, of a transaction
 */
public record Limits(int requestBytes, int txnOps) {
    /** etcd's own: 1.5 MiB, 128 operations. */
    public static final Limits DEFAULT = new Limits(1536 * 1024, 128);

    /** What gRPC takes beyond a write. */
    private static final int OVERHEAD = 512 * 1024;

    /** What etcd's log entry adds to a request: its header with a request id. */
    private static final int ENTRY_OVERHEAD = 13;

    /** Largest message that is read at all; also the size at which a watch response is split, if the client allows it. */
    int inbound() {
        return requestBytes + OVERHEAD;
    }

    /**
     * Refuses a write that would not fit in an entry of etcd's log.
     *
     * @throws Refusal when it is too large
     */
    void requireFits(MessageLite write) {
        int size = write.getSerializedSize();
        int entry = ENTRY_OVERHEAD + 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
        if (entry > requestBytes) {
            throw new Refusal(Reason.REQUEST_TOO_LARGE);
        }
    }
}
