package dev.rollcall.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All figures of a run, each with its samples, as tables of Markdown. */
final class Sheet {
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private boolean counts;

    /** Whether what is noted from now on belongs to a turn that counts. */
    void counts(boolean counts) {
        this.counts = counts;
    }

    /** Notes a sample that is held against a bar. */
    void note(Subject subject, String what, String unit, Bar bar, double value) {
        note(subject, new Figure(what, unit, bar, new EnumMap<>(Subject.class)), value);
    }

    /** Notes a sample that explains another figure. */
    void note(Subject subject, String what, String unit, double value) {
        note(subject, new Figure(what, unit, null, new EnumMap<>(Subject.class)), value);
    }

    private void note(Subject subject, Figure figure, double value) {
        if (counts) {
            figures.computeIfAbsent(figure.what, absent -> figure)
                    .samples
                    .computeIfAbsent(subject, absent -> new ArrayList<>())
                    .add(value);
        }
    }

    /** What is held against a bar: medians, and in brackets the least and the greatest sample. */
    List<String> held() {
        List<String> lines = new ArrayList<>(
                List.of("| what | unit | rollcall | etcd 3.5.16 | ratio | bar | |", "|---|---|---|---|---|---|---|"));
        for (Figure figure : figures.values()) {
            Bar bar = figure.bar;
            if (bar != null) {
                double ours = median(figure.samples.get(Subject.ROLLCALL));
                double etcd = median(figure.samples.get(Subject.ETCD));
                String verdict = bar.test().test(ours, etcd) ? "met" : "**missed**";
                lines.add("| %s | %s | %s | %s |".formatted(figure.columns(), ratio(ours, etcd), bar.text(), verdict));
            }
        }
        return lines;
    }

    /** What explains it. */
    List<String> beside() {
        List<String> lines = new ArrayList<>(List.of("| what | unit | rollcall | etcd 3.5.16 |", "|---|---|---|---|"));
        for (Figure figure : figures.values()) {
            if (figure.bar == null) {
                lines.add("| " + figure.columns() + " |");
            }
        }
        return lines;
    }

    /** In as many digits as tell something. */
    static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value == Math.rint(value) ? "%.0f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String spread(@Nullable List<Double> values) {
        if (values == null) {
            return "";
        }
        double[] sorted = sorted(values);
        String middle = number(median(values));
        return sorted.length == 1
                ? middle
                : middle + " (" + number(sorted[0]) + " - " + number(sorted[sorted.length - 1]) + ")";
    }

    private static String ratio(double ours, double etcd) {
        return Double.isNaN(ours) || Double.isNaN(etcd) || etcd == 0
                ? ""
                : String.format(Locale.ROOT, "%.2f", ours / etcd);
    }

    private static double median(@Nullable List<Double> values) {
        if (values == null) {
            return Double.NaN;
        }
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /**
     * A quantity.
     *
     * @param bar what it is held against; null where it only explains another one
     */
    private record Figure(
            String what, String unit, @Nullable Bar bar, Map<Subject, List<Double>> samples) {
        String columns() {
            return what + " | " + unit + " | " + spread(samples.get(Subject.ROLLCALL)) + " | "
                    + spread(samples.get(Subject.ETCD));
        }
    }
}
