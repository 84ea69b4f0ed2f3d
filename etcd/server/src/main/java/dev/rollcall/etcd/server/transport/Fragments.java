package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Splits a large watch response between events; every part but the last says that it is one. */
final class Fragments {
    private Fragments() {}

    /** The parts, each below {@code limit} bytes unless a single event is larger. */
    static List<WatchResponse> of(WatchResponse response, int limit) {
        if (response.getSerializedSize() < limit || response.getEventsCount() < 2) {
            return List.of(response);
        }
        WatchResponse frame =
                response.toBuilder().clearEvents().setFragment(true).build();
        List<WatchResponse> parts = new ArrayList<>();
        WatchResponse.Builder part = frame.toBuilder();
        int size = frame.getSerializedSize();
        for (Event event : response.getEventsList()) {
            int added =
                    com.google.protobuf.CodedOutputStream.computeMessageSize(WatchResponse.EVENTS_FIELD_NUMBER, event);
            if (part.getEventsCount() > 0 && size + added >= limit) {
                parts.add(part.build());
                part = frame.toBuilder();
                size = frame.getSerializedSize();
            }
            part.addEvents(event);
            size += added;
        }
        parts.add(part.setFragment(false).build());
        return parts;
    }
}
