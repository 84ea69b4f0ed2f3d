package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message to a watching client; kind decides which fields mean something.
 *
 * @param watchId the watcher, {@link #NO_WATCHER} for none
 * @param revision what the header says; 0 to say nothing
 * @param compacted the compaction that ended the watcher, otherwise 0
 * @param reason why a watcher could not be created, otherwise empty
 * @param events the changes of whole revisions, in order
 * @param fragment whether the message may be split
 */
public record WatchMessage(
        Kind kind, long watchId, long revision, long compacted, String reason, List<Event> events, boolean fragment) {
    /** The watch id of a message that concerns no watcher, or the whole stream. */
    public static final long NO_WATCHER = -1;

    static WatchMessage created(long watchId, long revision) {
        return bare(Kind.CREATED, watchId, revision, "");
    }

    static WatchMessage refused(long revision, String reason) {
        return bare(Kind.REFUSED, NO_WATCHER, revision, reason);
    }

    static WatchMessage canceled(long watchId, long revision) {
        return bare(Kind.CANCELED, watchId, revision, "");
    }

    static WatchMessage compacted(long watchId, long compacted) {
        return new WatchMessage(Kind.CANCELED, watchId, 0, compacted, "", List.of(), false);
    }

    static WatchMessage progress(long watchId, long revision) {
        return bare(Kind.PROGRESS, watchId, revision, "");
    }

    static WatchMessage events(Watcher watcher, long revision, List<Event> events) {
        return new WatchMessage(Kind.EVENTS, watcher.id, revision, 0, "", events, watcher.spec.fragment());
    }

    private static WatchMessage bare(Kind kind, long watchId, long revision, String reason) {
        return new WatchMessage(kind, watchId, revision, 0, reason, List.of(), false);
    }

    /** What a message says. */
    public enum Kind {
        CREATED,
        REFUSED,
        CANCELED,
        PROGRESS,
        EVENTS
    }

    /**
     * One change.
     *
     * @param kv the new version, or the tombstone
     * @param previous what the key held before, if it was asked for, existed and is not compacted
     */
    public record Event(KeyValue kv, @Nullable KeyValue previous) {}
}
