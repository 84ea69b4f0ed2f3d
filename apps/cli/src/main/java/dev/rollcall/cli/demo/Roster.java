package dev.rollcall.cli.demo;

import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Follows all services: prints each change as it is told, and writes it down. Safe for use by several threads. */
final class Roster implements SnapshotListener {

    enum Kind {
        UP,
        CHANGED,
        DOWN
    }

    /**
     * One line of the roster.
     *
     * @param kind what happened
     * @param id to which instance
     * @param after how long after something was done to the instance
     */
    record Line(Kind kind, String id, Duration after) {}

    private record Mark(Duration at, String what) {}

    private final Story story;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Map<String, Mark> marks = new ConcurrentHashMap<>();
    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private volatile boolean hushed;

    Roster(Story story) {
        this.story = story;
    }

    /** Remembers that something is done to an instance now, so that what is told of it next is told as "after" that. */
    void mark(String id, String what) {
        marks.put(id, new Mark(story.now(), what));
    }

    /** Prints nothing any more. */
    void hush() {
        hushed = true;
    }

    /** How many lines there are by now; the place from which to look for newer ones. */
    int size() {
        return lines.size();
    }

    long count(Kind kind, int from) {
        return lines.stream().skip(from).filter(line -> line.kind() == kind).count();
    }

    Optional<Line> find(Kind kind, String id, int from) {
        return lines.stream()
                .skip(from)
                .filter(line -> line.kind() == kind && line.id().equals(id))
                .findFirst();
    }

    @Override
    public void up(DiscoveredInstance instance) {
        Instance it = instance.instance();
        write(Kind.UP, it.id(), it.endpoint().toString(), instance.modRevision(), story::up);
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance now) {
        Instance it = now.instance();
        write(Kind.CHANGED, it.id(), difference(before.instance(), it), now.modRevision(), story::changed);
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        write(Kind.DOWN, last.instance().id(), cause.name().toLowerCase(Locale.ROOT), revision, story::down);
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        if (cause.newEpoch()) {
            print(() -> story.tell(snapshot.name() + ": the store has lost its history; that strikes nobody off"));
        }
    }

    @Override
    public void freshness(Snapshot snapshot) {
        if (snapshot.freshness() == Freshness.LIVE) {
            live.add(snapshot.name());
        } else if (snapshot.freshness() == Freshness.STALE && live.remove(snapshot.name())) {
            print(() -> story.tell(snapshot.name() + ": the store does not answer; what was known stays known"));
        }
    }

    private void print(Runnable line) {
        if (!hushed) {
            line.run();
        }
    }

    /** Prints before it is noted, because the story goes on as soon as it is noted. */
    private void write(Kind kind, String id, String detail, long revision, Consumer<String> printer) {
        Mark mark = marks.getOrDefault(id, new Mark(Duration.ZERO, "the beginning"));
        Duration after = story.now().minus(mark.at());
        String what = kind.name().toLowerCase(Locale.ROOT);
        String time = human(after) + " after " + mark.what();
        print(() -> printer.accept(
                String.format(Locale.ROOT, "%-8s %-8s %-38s revision %-3d %s", id, what, detail, revision, time)));
        lines.add(new Line(kind, id, after));
    }

    private static String difference(Instance before, Instance now) {
        List<String> parts = new ArrayList<>();
        if (before.weight() != now.weight()) {
            parts.add("weight " + before.weight() + " -> " + now.weight());
        }
        if (!before.version().equals(now.version())) {
            parts.add("version " + before.version().orElse("-") + " -> "
                    + now.version().orElse("-"));
        }
        if (before.status() != now.status()) {
            parts.add(before.status().word() + " -> " + now.status().word());
        }
        return parts.isEmpty() ? "itself" : String.join(", ", parts);
    }

    /** A time to the millisecond below a second, else to the hundredth. */
    static String human(Duration time) {
        return time.toMillis() < 1000 ? time.toMillis() + " ms" : Stopwatch.seconds(time, 2) + " s";
    }
}
