package dev.rollcall.etcd;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A lease as it was granted.
 *
 * @param header the store's header
 * @param id its number
 * @param ttl the time to live that etcd chose, in whole seconds; never less than its minimum (2 s by default), so it may be more than asked for
 * @param askedAt when this client asked for it, in nanoseconds of the client's clock, from which its time counts; empty where that is not known
 */
public record LeaseGrant(Header header, LeaseId id, Duration ttl, OptionalLong askedAt) {

    /** A lease of which it is not known when it was asked for. */
    public LeaseGrant(Header header, LeaseId id, Duration ttl) {
        this(header, id, ttl, OptionalLong.empty());
    }
}
