package dev.rollcall.etcd;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Messages of a watch stream, in short. */
final class WatchMessages {

    static final long CLUSTER = 7;

    private WatchMessages() {}

    static Header header(long revision) {
        return new Header(CLUSTER, 1, revision, 2);
    }

    static WatchMessage created(long id, long revision) {
        return created(id, header(revision));
    }

    static WatchMessage created(long id, Header header) {
        return new WatchMessage(header, id, true, false, 0, "", false, List.of(), 10);
    }

    static WatchMessage refused(String reason) {
        return new WatchMessage(header(1), WatchMessage.NO_WATCH, true, true, 0, reason, false, List.of(), 10);
    }

    static WatchMessage cancelled(long id, String reason) {
        return new WatchMessage(header(1), id, false, true, 0, reason, false, List.of(), 10);
    }

    static WatchMessage compacted(long id, long compactRevision) {
        return new WatchMessage(header(0), id, false, true, compactRevision, "", false, List.of(), 10);
    }

    static WatchMessage progress(long id, long revision) {
        return new WatchMessage(header(revision), id, false, false, 0, "", false, List.of(), 10);
    }

    static WatchMessage events(long id, long headerRevision, WatchEvent... events) {
        return new WatchMessage(
                header(headerRevision), id, false, false, 0, "", false, List.of(events), 10 * events.length);
    }

    static WatchMessage part(long id, long headerRevision, WatchEvent... events) {
        return new WatchMessage(
                header(headerRevision), id, false, false, 0, "", true, List.of(events), 10 * events.length);
    }

    static WatchEvent put(String key, long revision) {
        return new WatchEvent(
                WatchEvent.Type.PUT,
                new KeyValue(Bytes.utf8(key), Bytes.utf8("v" + revision), revision, revision, 1, LeaseId.NONE),
                Optional.empty());
    }

    static List<String> told(List<? extends WatchEvent> events) {
        return events.stream()
                .map(event -> event.kv().key() + "@" + event.kv().modRevision())
                .toList();
    }

    static List<String> told(WatchEvent... events) {
        return told(Arrays.asList(events));
    }
}
