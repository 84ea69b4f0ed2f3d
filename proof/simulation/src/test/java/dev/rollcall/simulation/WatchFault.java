package dev.rollcall.simulation;

import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.List;
import java.util.SplittableRandom;

/** What old servers do to watch events now and then. */
final class WatchFault {

    /** What goes wrong. */
    enum Kind {
        NONE,
        /** The first event of a message is missing. */
        DROP,
        /** A message comes twice. */
        REPEAT
    }

    private final SplittableRandom random;
    private Kind kind = Kind.NONE;
    private long spoiled;

    WatchFault(SplittableRandom random) {
        this.random = random;
    }

    void set(Kind next) {
        kind = next;
    }

    long spoiled() {
        return spoiled;
    }

    /** What a member makes of a message: large ones come in pieces, and pieces of any size are allowed. */
    List<WatchResponse> spoil(WatchResponse response) {
        if (response.getEventsCount() > 1 && random.nextInt(4) == 0) {
            int half = response.getEventsCount() / 2;
            List<Event> events = response.getEventsList();
            WatchResponse.Builder first = response.toBuilder()
                    .clearEvents()
                    .addAllEvents(events.subList(0, half))
                    .setFragment(true);
            WatchResponse.Builder second =
                    response.toBuilder().clearEvents().addAllEvents(events.subList(half, events.size()));
            return List.of(first.build(), second.build());
        }
        return spoilt(response);
    }

    private List<WatchResponse> spoilt(WatchResponse response) {
        if (kind == Kind.NONE || response.getEventsCount() == 0 || random.nextInt(3) != 0) {
            return List.of(response);
        }
        spoiled++;
        if (kind == Kind.REPEAT) {
            return List.of(response, response);
        }
        WatchResponse less = response.toBuilder().removeEvents(0).build();
        return less.getEventsCount() == 0 ? List.of() : List.of(less);
    }
}
