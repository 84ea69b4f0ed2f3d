package dev.rollcall.simulation;

import java.util.ArrayList;
import java.util.List;

/** The way between one process and one member, with all connections on it. */
final class Link {

    final Host host;
    final Node node;
    final List<SimulatedChannel> channels = new ArrayList<>();
    boolean holeUp;
    boolean holeDown;
    long delay;
    long brokenAt;

    Link(Host host, Node node) {
        this.host = host;
        this.node = node;
    }

    boolean isClean() {
        return !holeUp && !holeDown && delay < 200 * Scheduler.MILLIS;
    }

    /** Lets through what was held. */
    void heal() {
        holeUp = false;
        holeDown = false;
        delay = 0;
        List.copyOf(channels).forEach(SimulatedChannel::healed);
    }

    /** Breaks every connection. */
    void reset(String why) {
        brokenAt = host.scheduler().now();
        List.copyOf(channels).forEach(channel -> channel.reset(why));
    }
}
