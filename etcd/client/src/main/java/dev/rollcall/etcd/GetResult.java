package dev.rollcall.etcd;

import java.util.List;
import java.util.Optional;

/**
 * What a {@link Get} found.
 *
 * @param header the store's header; its revision is the current one, also for a read at an older revision
 * @param kvs the keys, in the order asked for
 * @param more whether the limit cut something off
 * @param count the number of keys in the range, whatever the limit and the revision bounds
 */
public record GetResult(Header header, List<KeyValue> kvs, boolean more, long count) implements OpResult {

    /** Copies the list. */
    public GetResult {
        kvs = List.copyOf(kvs);
    }

    /** The first key found, if any. */
    public Optional<KeyValue> first() {
        return kvs.isEmpty() ? Optional.empty() : Optional.of(kvs.get(0));
    }
}
