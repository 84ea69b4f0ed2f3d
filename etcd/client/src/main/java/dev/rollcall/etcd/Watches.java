package dev.rollcall.etcd;

/** The changes of the store. Safe for use by several threads. */
public interface Watches {

    /**
     * Watches a range.
     *
     * <p>All watches of a client share one stream. A watch survives every break of it: it is asked for again from the revision after the
     * last one that was delivered, so nothing is missed and nothing comes twice.
     *
     * @param request what to watch
     * @param listener told of everything, in order, on the client's callback executor
     */
    Watch watch(WatchRequest request, WatchListener listener);

    /** Watches every key that begins with the given text, from now on, with the value before each change. */
    default Watch watch(String prefix, WatchListener listener) {
        return watch(WatchRequest.of(KeyRange.prefix(prefix)).withPrevious(), listener);
    }
}
