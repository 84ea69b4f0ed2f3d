package dev.rollcall.etcd;

import java.time.Duration;
import java.util.List;

/**
 * What is left of a lease.
 *
 * @param header the store's header
 * @param id its number
 * @param alive whether it exists
 * @param remaining the time left, cut to whole seconds; zero if it does not exist
 * @param granted the time to live it was granted with; zero if it does not exist
 * @param keys its keys in no particular order, if asked for
 */
public record LeaseTimeToLive(
        Header header, LeaseId id, boolean alive, Duration remaining, Duration granted, List<Bytes> keys) {

    /** Copies the list. */
    public LeaseTimeToLive {
        keys = List.copyOf(keys);
    }
}
