package dev.rollcall.nemesis;

import dev.rollcall.nemesis.check.Verdict;
import dev.rollcall.nemesis.check.Violation;
import dev.rollcall.nemesis.history.Line;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What several rounds came to. */
final class Report {

    private static final int MOST_CHARACTERS = 300;

    private final PrintStream out;
    private final Map<String, int[]> byKind = new TreeMap<>();
    private int rounds;
    private int voidRounds;
    private int violations;
    private int doubts;
    private long storeEvents;
    private long callbacks;
    private long snapshots;
    private long unproven;
    private long slowestMillis;

    Report(PrintStream out) {
        this.out = out;
    }

    /** Takes a round in, and says in a line how it was; violations with the lines around. */
    void add(String name, List<Line> lines, Verdict verdict) {
        rounds++;
        boolean counts = verdict.voids().isEmpty();
        voidRounds += counts ? 0 : 1;
        int done = 0;
        for (Line line : lines) {
            if (line.what().equals("healed")) {
                boolean acted = line.is("done") && counts;
                done += acted ? 1 : 0;
                byKind.computeIfAbsent(line.text("kind"), kind -> new int[2])[acted ? 0 : 1]++;
                if (!line.is("done")) {
                    out.println("  void " + line.text("kind") + ": " + line.text("evidence"));
                }
            } else if (line.what().equals("settled")) {
                slowestMillis = Math.max(slowestMillis, line.number("millis"));
            }
        }
        violations += verdict.violations().size();
        doubts += verdict.doubts().size();
        storeEvents += verdict.storeEvents();
        callbacks += verdict.callbacks();
        snapshots += verdict.snapshots();
        unproven += verdict.unproven();
        out.println(name + ": " + done + " faults, " + verdict.storeEvents() + " changes, " + verdict.callbacks()
                + " callbacks, " + verdict.violations().size() + " violations"
                + (verdict.doubts().isEmpty() ? "" : ", " + verdict.doubts().size() + " put right by an audit")
                + (counts ? "" : "; VOID: " + verdict.voids()));
        verdict.violations().forEach(this::print);
        out.flush();
    }

    private void print(Violation violation) {
        out.println("  VIOLATION of " + violation);
        violation.around().forEach(line -> out.println("    " + shortened(line.toString())));
    }

    private static String shortened(String line) {
        return line.length() > MOST_CHARACTERS ? line.substring(0, MOST_CHARACTERS) + "..." : line;
    }

    boolean clean() {
        return violations == 0 && voidRounds < rounds;
    }

    int faultsDone() {
        return byKind.values().stream().mapToInt(counts -> counts[0]).sum();
    }

    long kindsDone() {
        return byKind.values().stream().filter(counts -> counts[0] > 0).count();
    }

    void print() {
        out.printf("%n%-20s %6s %6s%n", "fault", "done", "void");
        byKind.forEach((kind, counts) -> out.printf("%-20s %6d %6d%n", kind, counts[0], counts[1]));
        out.printf(
                "%n%d faults of %d kinds in %d rounds (%d void); %d changes of the store, %d callbacks and %d snapshots checked,"
                        + " %d not to be judged; slowest agreement %.1f s; %d violations, %d put right by an audit%n",
                faultsDone(),
                kindsDone(),
                rounds,
                voidRounds,
                storeEvents,
                callbacks,
                snapshots,
                unproven,
                slowestMillis / 1_000.0,
                violations,
                doubts);
        out.flush();
    }
}
