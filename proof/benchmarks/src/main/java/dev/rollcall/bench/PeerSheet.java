package dev.rollcall.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each peer needed for each thing, as a table of Markdown. */
final class PeerSheet {

    private static final String OURS = "rollcall";

    /** By what was measured, then by peer and way. */
    private final Map<String, Map<String, Samples>> figures = new LinkedHashMap<>();

    /**
     * What was measured.
     *
     * @param what in words
     * @param way how it was done, where there is more than one way
     */
    record Figure(String what, String way, String unit) {}

    private record Samples(String unit, List<Double> values) {
        double middle() {
            double[] sorted = sorted();
            return sorted[sorted.length / 2];
        }

        double[] sorted() {
            return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        }
    }

    void note(String peer, Figure figure, double value) {
        String by = figure.way().isEmpty() || peer.equals(OURS) ? peer : peer + ", " + figure.way();
        figures.computeIfAbsent(figure.what(), absent -> new LinkedHashMap<>())
                .computeIfAbsent(by, absent -> new Samples(figure.unit(), new ArrayList<>()))
                .values()
                .add(value);
    }

    /** Medians with the least and the greatest sample, and how ours compares. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(
                "| what | by | unit | median (least - greatest) | ours is ... of it |", "|---|---|---|---|---|"));
        figures.forEach((what, byPeer) -> {
            Samples ours = byPeer.get(OURS);
            byPeer.forEach((by, samples) -> {
                double[] sorted = samples.sorted();
                lines.add(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %s (%s - %s) | %s |",
                        what,
                        by,
                        samples.unit(),
                        Sheet.number(samples.middle()),
                        Sheet.number(sorted[0]),
                        Sheet.number(sorted[sorted.length - 1]),
                        by.equals(OURS) ? "" : share(ours, samples)));
            });
        });
        return lines;
    }

    private static String share(@Nullable Samples ours, Samples theirs) {
        return ours == null ? "" : String.format(Locale.ROOT, "%.3f", ours.middle() / theirs.middle());
    }
}
