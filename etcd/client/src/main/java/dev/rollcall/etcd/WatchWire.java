package dev.rollcall.etcd;

import com.google.protobuf.UnsafeByteOperations;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.WatchCancelRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchProgressRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what the watch stream sends, and reads what it brings. */
final class WatchWire {

    private WatchWire() {}

    /** Asks for a watch; always in fragments, since an answer may be larger than a message may be. */
    static dev.rollcall.etcd.proto.WatchRequest create(WatchRequest request, long id, long startRevision) {
        WatchCreateRequest.Builder create = WatchCreateRequest.newBuilder()
                .setKey(UnsafeByteOperations.unsafeWrap(request.range().from().unsafeArray()))
                .setRangeEnd(
                        UnsafeByteOperations.unsafeWrap(request.range().end().unsafeArray()))
                .setStartRevision(startRevision)
                .setWatchId(id)
                .setPrevKv(request.previous())
                .setProgressNotify(request.progress())
                .setFragment(true);
        if (!request.puts()) {
            create.addFilters(WatchCreateRequest.FilterType.NOPUT);
        }
        if (!request.deletes()) {
            create.addFilters(WatchCreateRequest.FilterType.NODELETE);
        }
        return dev.rollcall.etcd.proto.WatchRequest.newBuilder()
                .setCreateRequest(create)
                .build();
    }

    /** Ends a watch. */
    static dev.rollcall.etcd.proto.WatchRequest cancel(long id) {
        return dev.rollcall.etcd.proto.WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build();
    }

    /** Asks how far the store has delivered. */
    static dev.rollcall.etcd.proto.WatchRequest progress() {
        return dev.rollcall.etcd.proto.WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build();
    }

    /** Reads nothing but a header; of the member itself where that is asked for, of the store else. */
    static RangeRequest probe(Bytes key, boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(UnsafeByteOperations.unsafeWrap(key.unsafeArray()))
                .setCountOnly(true)
                .setSerializable(serializable)
                .build();
    }

    /** What the stream brought. */
    static WatchMessage message(WatchResponse response) {
        List<WatchEvent> events = new ArrayList<>(response.getEventsCount());
        for (Event event : response.getEventsList()) {
            events.add(event(event));
        }
        return new WatchMessage(
                Wire.header(response.getHeader()),
                response.getWatchId(),
                response.getCreated(),
                response.getCanceled(),
                response.getCompactRevision(),
                response.getCancelReason(),
                response.getFragment(),
                events,
                response.getSerializedSize());
    }

    private static WatchEvent event(Event event) {
        return new WatchEvent(
                event.getType() == Event.EventType.DELETE ? WatchEvent.Type.DELETE : WatchEvent.Type.PUT,
                Wire.kv(event.getKv()),
                event.hasPrevKv() ? Optional.of(Wire.kv(event.getPrevKv())) : Optional.empty());
    }
}
