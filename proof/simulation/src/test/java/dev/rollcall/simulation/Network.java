package dev.rollcall.simulation;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** All links, and what is counted on them. */
final class Network {

    private static final long LATENCY = 100 * Scheduler.MICROS;

    final Scheduler scheduler;
    private final SplittableRandom random;
    private final List<Node> nodes;
    private String traced = "";
    private final Map<Host, List<Link>> links = new LinkedHashMap<>();
    private final Map<Host, Traffic> traffic = new LinkedHashMap<>();

    /** What a process sent and heard. */
    static final class Traffic {
        long calls;
        long connects;
        long lastHeard;
        int openCalls;
        private Heard heard = Heard.NOTHING;
        private int heardOf = -1;

        /** What an answer tells: the highest of one history counts, and that of the last history. */
        void heard(int epoch, Heard told) {
            heard = epoch == heardOf ? heard.and(told) : told;
            heardOf = epoch;
        }
    }

    /**
     * What a process has heard of a history.
     *
     * @param term the highest, by reads of keys through the quorum: a member that is cut off may name any term
     * @param revision the highest, by reads of the whole cluster; 0 for none
     * @param compacted up to where it is forgotten; 0 for nothing
     */
    record Heard(long term, long revision, long compacted) {

        static final Heard NOTHING = new Heard(0, 0, 0);

        Heard and(Heard other) {
            return new Heard(
                    Math.max(term, other.term),
                    Math.max(revision, other.revision),
                    Math.max(compacted, other.compacted));
        }
    }

    Network(Scheduler scheduler, SplittableRandom random, List<Node> nodes) {
        this.scheduler = scheduler;
        this.random = random;
        this.nodes = nodes;
    }

    /** Prints everything that this process says and hears, from now on. */
    void trace(String host) {
        traced = host;
    }

    void trace(Host host, Supplier<String> what) {
        if (!traced.isEmpty() && host.name.startsWith(traced)) {
            System.out.println(scheduler.now() / Scheduler.MICROS + " us  " + host.name + " " + what.get());
        }
    }

    List<Link> links(Host host) {
        List<Link> found = links.get(host);
        if (found == null) {
            found = new ArrayList<>();
            for (Node node : nodes) {
                found.add(new Link(host, node));
            }
            links.put(host, found);
        }
        return found;
    }

    Traffic traffic(Host host) {
        return traffic.computeIfAbsent(host, absent -> new Traffic());
    }

    /** What each process has heard of the last history that it heard of. */
    Map<Host, Heard> heard() {
        Map<Host, Heard> heard = new HashMap<>();
        traffic.forEach((host, each) -> heard.put(host, each.heard));
        return heard;
    }

    /** Forgets a dead process. */
    void forget(Host host) {
        links(host).forEach(link -> link.reset("killed"));
        links.remove(host);
        traffic.remove(host);
    }

    void resetAll(Node node, String why) {
        for (List<Link> each : List.copyOf(links.values())) {
            each.get(node.index).reset(why);
        }
    }

    void healAll() {
        links.values().forEach(each -> each.forEach(Link::heal));
    }

    ManagedChannel channel(Host host, String endpoint, Executor loop) {
        int index = endpoint.charAt("http://m".length()) - '0';
        return new SimulatedChannel(this, links(host).get(index), loop);
    }

    /** How long one message takes. */
    long latency(Link link) {
        long base = LATENCY + random.nextLong(LATENCY);
        if (random.nextInt(200) == 0) {
            base += random.nextLong(20 * Scheduler.MILLIS);
        }
        return base + link.delay;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
