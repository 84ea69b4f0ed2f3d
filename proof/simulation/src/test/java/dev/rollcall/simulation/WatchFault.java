package dev.rollcall.simulation;

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

    List<WatchResponse> spoil(WatchResponse response) {
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
