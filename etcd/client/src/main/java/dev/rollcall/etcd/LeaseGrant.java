package dev.rollcall.etcd;

import java.time.Duration;

/**
 * A lease as it was granted.
 *
 * @param header the store's header
 * @param id its number
 * @param ttl the time to live that etcd chose, in whole seconds; never less than its minimum (2 s by default), so it may be more than asked for
 */
public record LeaseGrant(Header header, LeaseId id, Duration ttl) {}
