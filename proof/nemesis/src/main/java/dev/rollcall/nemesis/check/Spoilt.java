package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * When nobody can say what a view ought to show: a bit was flipped on its way, which may leave another change that could be true, and the view has not
 * been put right since. What puts it right is its next reading of the range, be it because an audit found the difference.
 */
final class Spoilt {

    private static final String FLIP = "net-flip";

    /** An audit is due every 60 s give or take a fifth, has 10 s to settle, and a list takes its time. */
    private static final long AUDITED = 85 * Disturbances.SECOND;

    /** So long the differences that a list tells may take to be written down. */
    private static final long TOLD = Disturbances.SECOND;

    private record Span(long begin, long end) {}

    private final List<Span> spans = new ArrayList<>();

    Spoilt(Disturbances disturbances, ViewedRange view, List<Line> lines) {
        for (Disturbances.Fault fault : disturbances.faults) {
            if (fault.kind().equals(FLIP) && fault.hits(view.who())) {
                spans.add(new Span(fault.begin(), putRight(fault, lines)));
            }
        }
    }

    private static long putRight(Disturbances.Fault fault, List<Line> lines) {
        if (fault.end() == Long.MAX_VALUE) {
            return fault.end();
        }
        long audited = fault.end() + AUDITED;
        return lines.stream()
                .filter(line -> line.what().equals("resynced") && line.at() > fault.end())
                .mapToLong(line -> line.at() + TOLD)
                .filter(told -> told < audited)
                .findFirst()
                .orElse(audited);
    }

    boolean at(long time) {
        return spans.stream().anyMatch(span -> span.begin <= time && time <= span.end);
    }
}
