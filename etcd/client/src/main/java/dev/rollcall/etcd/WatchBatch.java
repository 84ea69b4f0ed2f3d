package dev.rollcall.etcd;

import java.util.List;

/**
 * Changes that came together.
 *
 * @param header the store's header; its revision may be beyond the last event's
 * @param events at least one, in revision order
 */
public record WatchBatch(Header header, List<WatchEvent> events) {

    /** Copies the list. */
    public WatchBatch {
        events = List.copyOf(events);
    }

    /** The revision of the last event: everything up to it has been delivered. */
    public long revision() {
        return events.get(events.size() - 1).kv().modRevision();
    }
}
