package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The lines of a round, put in order. */
final class History {

    final List<Line> lines;
    final List<Epoch> epochs = new ArrayList<>();
    final Disturbances disturbances;

    /** The lines of each client, by the name of its life. */
    final Map<String, List<Line>> clients = new TreeMap<>();

    final boolean forgetful;

    History(List<Line> lines) {
        this.lines = lines;
        disturbances = new Disturbances(lines);
        for (Line line : lines) {
            if (line.who().equals("store")) {
                epochs.get(epochs.size() - 1).add(Entry.of(line));
            } else if (line.what().equals("epoch")) {
                long base = line.number("base");
                Epoch parent = line.is("inherits") && !epochs.isEmpty() ? epochs.get(epochs.size() - 1) : null;
                epochs.add(new Epoch((int) line.number("epoch"), base, line.at(), parent));
            } else if (line.what().equals("over")) {
                epochs.get(epochs.size() - 1).ended = line.at();
            } else if (!line.who().equals("nemesis")) {
                clients.computeIfAbsent(line.who(), who -> new ArrayList<>()).add(line);
            }
        }
        forgetful = first("round").map(line -> line.is("forgetful")).orElse(false);
    }

    Optional<Line> first(String what) {
        return lines.stream().filter(line -> line.what().equals(what)).findFirst();
    }

    /** The lines of one sort, of all processes, by time. */
    Stream<Line> all(String what) {
        return lines.stream().filter(line -> line.what().equals(what));
    }

    /** The views of a client, each with its lines: {@code view} first. */
    static Map<String, List<Line>> views(List<Line> ofClient) {
        Map<String, List<Line>> views = new LinkedHashMap<>();
        for (Line line : ofClient) {
            if (!line.text("v").isEmpty()) {
                views.computeIfAbsent(line.text("v"), v -> new ArrayList<>()).add(line);
            }
        }
        return views;
    }

    /** When the client was killed, or began to end; the end of time if neither. */
    long end(String life) {
        return lines.stream()
                .filter(line ->
                        (line.what().equals("killed") && line.text("client").equals(life))
                                || (line.who().equals(life) && line.what().equals("ending")))
                .mapToLong(Line::at)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The lines about a key, or of a view, shortly before and after a moment. */
    List<Line> around(long at, String key, String who) {
        long window = 3 * Disturbances.SECOND;
        List<Line> found = new ArrayList<>();
        for (Line line : lines) {
            boolean near = Math.abs(line.at() - at) < window;
            boolean about = line.text("key").equals(key)
                    || (line.who().equals(who)
                            && List.of("resynced", "fresh", "pause", "state").contains(line.what()));
            boolean fault =
                    List.of("fault", "healed", "epoch", "over", "killed").contains(line.what());
            if ((near && about) || (fault && Math.abs(line.at() - at) < 5 * window)) {
                found.add(line);
            }
        }
        int most = 60;
        return found.size() > most ? found.subList(0, most) : found;
    }
}
