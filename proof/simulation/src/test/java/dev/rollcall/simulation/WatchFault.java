package dev.rollcall.simulation;

import com.google.protobuf.ByteString;
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
        REPEAT,
        /** The key of a change of a known one was spoiled on its way to a consumer, so that the change cannot follow what is known. */
        MISNAME
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

    /** Whether changes are spoiled on their way to a process, and its watches rest for it. */
    boolean misnamesTo(Host host) {
        return kind == Kind.MISNAME && host.name.startsWith("consumer");
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

    private static WatchResponse misnamed(WatchResponse response) {
        Event first = response.getEvents(0);
        if (first.getType() == Event.EventType.PUT && first.getKv().getVersion() == 1) {
            return response;
        }
        Event.Builder spoilt = first.toBuilder();
        spoilt.getKvBuilder().setKey(first.getKv().getKey().concat(ByteString.copyFromUtf8("~")));
        return response.toBuilder().setEvents(0, spoilt).build();
    }

    private List<WatchResponse> spoilt(Host host, WatchResponse response) {
        if (kind == Kind.NONE || response.getEventsCount() == 0 || random.nextInt(3) != 0) {
            return List.of(response);
        }
        if (kind == Kind.REPEAT) {
            return List.of(response, response);
        }
        if (kind == Kind.MISNAME) {
            return List.of(misnamesTo(host) ? misnamed(response) : response);
        }
        lost.put(host, scheduler.now());
        WatchResponse less = response.toBuilder().removeEvents(0).build();
        return less.getEventsCount() == 0 ? List.of() : List.of(less);
    }
}
