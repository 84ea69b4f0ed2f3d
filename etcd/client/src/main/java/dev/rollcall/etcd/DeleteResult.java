package dev.rollcall.etcd;

import java.util.List;

/**
 * The answer to a {@link Delete}.
 *
 * @param header its revision is that of the deletion, or the current one if nothing was deleted
 * @param deleted how many keys were deleted
 * @param previous what was deleted, in key order, if asked for
 */
public record DeleteResult(Header header, long deleted, List<KeyValue> previous) implements OpResult {

    /** Copies the list. */
    public DeleteResult {
        previous = List.copyOf(previous);
    }
}
