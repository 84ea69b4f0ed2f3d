package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;

/**
 * What the store was seen to hold under a key, at a revision.
 *
 * @param owner whose it is
 * @param asOf the revision of the store at which this was so
 * @param modRevision the revision that last changed the key; 0 where there is none
 * @param lease the lease that it lives by, or {@link LeaseId#NONE}
 * @param value the value; empty where there is no key
 */
record Sighting(Owner owner, long asOf, long modRevision, LeaseId lease, Bytes value) {

    /** Whose a key is. */
    enum Owner {
        /** There is no key. */
        NOBODY,
        /** Ours: it lives by a lease that this registrar was granted. */
        US,
        /** An earlier process at our own endpoint. */
        FORMER,
        /** Somebody else. */
        OTHER
    }

    /** No key. */
    static Sighting nothing(long asOf) {
        return new Sighting(Owner.NOBODY, asOf, 0, LeaseId.NONE, Bytes.EMPTY);
    }
}
