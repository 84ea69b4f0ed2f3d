package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;

/**
 * How a write expects to find its key; it is not done where the key is otherwise.
 *
 * <p>A revision alone names a write in one history of the store only: a store that was wiped or put back counts them anew, and under the same number may
 * have what another owner wrote. A lease id is drawn once, so that both together name a write of one owner; where there is no lease, the value must do.
 *
 * @param modRevision the revision that last changed the key; 0 where there must be none
 * @param lease the lease that it lives by, or {@link LeaseId#NONE}
 * @param value the value of a key without a lease; else, and where it is too large to be sent back, empty, and not looked at
 */
record Standing(long modRevision, LeaseId lease, Bytes value) {

    /** No key. */
    static final Standing NOTHING = new Standing(0, LeaseId.NONE, Bytes.EMPTY);

    private static final int LARGE = 256 * 1024;

    /** A key as it was seen. */
    static Standing of(long modRevision, LeaseId lease, Bytes value) {
        if (modRevision == 0) {
            return NOTHING;
        }
        boolean sent = lease.isNone() && value.size() <= LARGE;
        return new Standing(modRevision, lease, sent ? value : Bytes.EMPTY);
    }
}
