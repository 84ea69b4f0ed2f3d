package dev.rollcall.examples.fleet;

import dev.rollcall.examples.fleet.Caller.Called;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of the calls of one scene.
 *
 * @param name what happened
 * @param calls those that ended in it
 * @param mark when it struck, by {@link Ticks}
 * @param inFlight how many calls were under way then
 * @param bar what must hold
 */
record Scene(String name, List<Called> calls, long mark, int inFlight, Bar bar) {

    private static final long NOTICED_NANOS = 200_000_000L;

    static final String HEAD = String.format(
            Locale.ROOT,
            "%-44s %7s %8s %7s %13s %8s %8s %8s  %s",
            "what happens",
            "calls",
            "retried",
            "failed",
            "after 200 ms",
            "p50 ms",
            "p99 ms",
            "max ms",
            "bar");

    /** What a scene must show. */
    enum Bar {
        /** Not one call failed. */
        NO_FAILURE("no call fails"),
        /** Calls that were under way may fail, and none that began 200 ms later. */
        ONLY_IN_FLIGHT("calls in flight at most, none after 200 ms"),
        /** For the record. */
        NONE("-");

        private final String words;

        Bar(String words) {
            this.words = words;
        }
    }

    private long failed() {
        return calls.stream().filter(Called::failed).count();
    }

    private long failedLate() {
        return calls.stream()
                .filter(Called::failed)
                .filter(call -> call.begun() - mark > NOTICED_NANOS)
                .count();
    }

    boolean passed() {
        return switch (bar) {
            case NO_FAILURE -> failed() == 0 && !calls.isEmpty();
            case ONLY_IN_FLIGHT -> failed() <= inFlight && failedLate() == 0 && !calls.isEmpty();
            case NONE -> true;
        };
    }

    /** A row of the table. */
    String row() {
        long[] nanos = calls.stream().mapToLong(Called::nanos).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%-44s %7d %8d %7d %13d %8.2f %8.2f %8.1f  %s",
                name,
                calls.size(),
                calls.stream().filter(Called::retried).count(),
                failed(),
                failedLate(),
                part(nanos, 0.5),
                part(nanos, 0.99),
                part(nanos, 1),
                bar == Bar.NONE ? "-" : (passed() ? "held: " : "MISSED: ") + bar.words);
    }

    private static double part(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1.0, sorted.length * share)] / 1e6;
    }

    /** How many calls each instance answered, what the failures were, and in which seconds first attempts failed. */
    String shares() {
        Map<String, Long> answers = calls.stream()
                .collect(Collectors.groupingBy(
                        call -> call.failed() ? "failed " + call.why() : call.answer(),
                        TreeMap::new,
                        Collectors.counting()));
        Map<Long, Long> retried = calls.stream()
                .filter(Called::retried)
                .collect(Collectors.groupingBy(
                        call -> (call.begun() - mark) / 1_000_000_000, TreeMap::new, Collectors.counting()));
        return answers + (retried.isEmpty() ? "" : ", retried by second " + retried);
    }
}
