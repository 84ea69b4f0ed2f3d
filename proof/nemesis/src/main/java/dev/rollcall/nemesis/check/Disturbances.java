package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When what was disturbed: by a fault on purpose, or because the machine was too busy to tell. */
final class Disturbances {

    static final long SECOND = 1_000_000_000L;

    /** So long a process that has just begun is busy with loading classes. */
    private static final long START = 5 * SECOND;

    private static final long SLOW_READ = 700_000_000L;

    /** @param clients the names of those hit, or {@code *} for all */
    record Fault(String kind, String scope, boolean lapses, String clients, long begin, long end, boolean done) {

        boolean hits(String client) {
            return clients.equals("*") || List.of(clients.split(" ")).contains(Entry.base(client));
        }

        boolean overlaps(long from, long to) {
            return begin <= to && end >= from;
        }
    }

    /** The machine did not keep up; {@code who} is a life of a client, or empty for the store. */
    record Noise(String who, long begin, long end) {}

    final List<Fault> faults = new ArrayList<>();
    final List<Noise> noises = new ArrayList<>();

    Disturbances(List<Line> lines) {
        Map<String, Line> open = new HashMap<>();
        for (Line line : lines) {
            switch (line.what()) {
                case "fault" -> open.put(line.text("id"), line);
                case "healed" -> {
                    Line begin = open.remove(line.text("id"));
                    if (begin != null) {
                        add(begin, line.at(), line.is("done"));
                    }
                }
                case "pause" ->
                    noises.add(new Noise(line.who(), line.at() - line.number("millis") * 1_000_000, line.at()));
                case "start" -> noises.add(new Noise(line.who(), line.at(), line.at() + START));
                case "head", "silent" -> {
                    if (line.at() - line.number("begun") > SLOW_READ) {
                        noises.add(new Noise("", line.number("begun"), line.at()));
                    }
                }
                default -> {}
            }
        }
        open.values().forEach(begin -> add(begin, Long.MAX_VALUE, false));
    }

    private void add(Line begin, long end, boolean done) {
        faults.add(new Fault(
                begin.text("kind"),
                begin.text("scope"),
                begin.is("lapses"),
                begin.text("clients"),
                begin.at(),
                end,
                done));
    }

    /** Whether a lease of the client that ran out between the two may be blamed on something. */
    boolean mayLapse(String life, long from, long to) {
        int any = 0;
        for (Fault fault : faults) {
            if (fault.hits(life) && fault.overlaps(from, to)) {
                any++;
                if (fault.lapses) {
                    return true;
                }
            }
        }
        return any > 1 || noisy(life, from, to);
    }

    boolean noisy(String life, long from, long to) {
        return noises.stream().anyMatch(n -> (n.who.isEmpty() || n.who.equals(life)) && n.begin <= to && n.end >= from);
    }

    /** Whether anything at all hit the client or the store between the two. */
    boolean any(String life, long from, long to) {
        return noisy(life, from, to) || faults.stream().anyMatch(f -> f.hits(life) && f.overlaps(from, to));
    }

    /** Whether a fault of this kind hit the client between the two. */
    boolean of(String kind, String life, long from, long to) {
        return faults.stream().anyMatch(f -> f.kind.equals(kind) && f.hits(life) && f.overlaps(from, to));
    }

    /** How much of the time between the two was undisturbed, where each disturbance is given so long to wear off. */
    long quiet(String life, long from, long to, long wearOff) {
        List<long[]> spans = new ArrayList<>();
        faults.stream().filter(f -> f.hits(life)).forEach(f -> spans.add(new long[] {f.begin, later(f.end, wearOff)}));
        noises.stream()
                .filter(n -> n.who.isEmpty() || n.who.equals(life))
                .forEach(n -> spans.add(new long[] {n.begin, later(n.end, wearOff)}));
        spans.sort((a, b) -> Long.compare(a[0], b[0]));
        long quiet = 0;
        long at = from;
        for (long[] span : spans) {
            if (span[0] > at) {
                quiet += Math.max(0, Math.min(span[0], to) - at);
            }
            at = Math.max(at, span[1]);
            if (at >= to) {
                return quiet;
            }
        }
        return quiet + to - at;
    }

    private static long later(long time, long by) {
        return time == Long.MAX_VALUE ? time : time + by;
    }
}
