package dev.rollcall.etcd.server.transport;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;

/** etcd's limits on the size of messages, in bytes. */
final class Limits {
    /** Largest message that is read at all. */
    static final int INBOUND = 2 * 1024 * 1024;

    /** Size at which a watch response is split, if the client allows it. */
    static final int FRAGMENT = INBOUND;

    private static final int WRITE = 1536 * 1024;

    /** What etcd's log entry adds to a request: its header with a request id. */
    private static final int ENTRY_OVERHEAD = 13;

    private Limits() {}

    /**
     * Refuses a write that would not fit in an entry of etcd's log.
     *
     * @throws Refusal when it is too large
     */
    static void requireFits(MessageLite write) {
        int size = write.getSerializedSize();
        int entry = ENTRY_OVERHEAD + 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
        if (entry > WRITE) {
            throw new Refusal(Reason.REQUEST_TOO_LARGE);
        }
    }
}
