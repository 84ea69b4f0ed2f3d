package dev.rollcall.simulation;

import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

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

    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final Map<Host, Long> lost = new HashMap<>();
    private Kind kind = Kind.NONE;

    WatchFault(Scheduler scheduler, SplittableRandom random) {
        this.scheduler = scheduler;
        this.random = random;
    }

    void set(Kind next) {
        kind = next;
    }

    /** When a process last was not told of a change; null where it was told of all, or has found out. */
    @Nullable Long lost(Host host) {
        return lost.get(host);
    }

    /** An audit has shown a process what it was not told. */
    void foundOut(Host host) {
        lost.remove(host);
    }

    /** What a member makes of a message: large ones come in pieces, and pieces of any size are allowed. */
    List<WatchResponse> spoil(Host host, WatchResponse response) {
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
        return spoilt(host, response);
    }

    private List<WatchResponse> spoilt(Host host, WatchResponse response) {
        if (kind == Kind.NONE || response.getEventsCount() == 0 || random.nextInt(3) != 0) {
            return List.of(response);
        }
        if (kind == Kind.REPEAT) {
            return List.of(response, response);
        }
        lost.put(host, scheduler.now());
        WatchResponse less = response.toBuilder().removeEvents(0).build();
        return less.getEventsCount() == 0 ? List.of() : List.of(less);
    }
}
