package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import java.time.Instant;

/**
 * An instance as it was found in the store.
 *
 * @param instance what it says of itself
 * @param key where it stands
 * @param incarnation which life of it: as its owner named it, or that of its key
 * @param createRevision the revision that made its key
 * @param modRevision the revision that last wrote its key
 * @param lease the lease it lives by, or {@link LeaseId#NONE}
 * @param firstSeen when this view first saw its key since it was made, by the local clock
 */
public record DiscoveredInstance(
        Instance instance,
        Bytes key,
        Incarnation incarnation,
        long createRevision,
        long modRevision,
        LeaseId lease,
        Instant firstSeen)
        implements Shown {

    @Override
    public String toString() {
        return instance + " (" + key + " @ " + modRevision + ")";
    }
}
