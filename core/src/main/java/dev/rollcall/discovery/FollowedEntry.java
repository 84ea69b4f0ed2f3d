package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import java.time.Instant;

/**
 * A raw key and value as a {@link Follower} has it.
 *
 * @param key the whole key
 * @param value its value
 * @param createRevision the revision that made the key
 * @param modRevision the revision that last wrote it
 * @param lease the lease it lives by, or {@link LeaseId#NONE}
 * @param firstSeen when the follower first saw it, by the local clock
 */
public record FollowedEntry(
        Bytes key, Bytes value, long createRevision, long modRevision, LeaseId lease, Instant firstSeen)
        implements Shown {}
