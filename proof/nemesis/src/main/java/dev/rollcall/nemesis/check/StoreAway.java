package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.List;

/** V11: a store that is away changes nothing. */
final class StoreAway {

    /** What was on its way when the store went may still be told. */
    private static final long LATE = 2 * Disturbances.SECOND;

    private StoreAway() {}

    static void check(History history, Findings findings, ViewedRange view, List<Line> lines) {
        long away = Long.MAX_VALUE;
        for (Line line : history.lines) {
            if (line.what().equals("away")) {
                away = line.at();
            } else if (line.what().equals("back")) {
                told(findings, view, lines, away + LATE, line.at(), history);
                away = Long.MAX_VALUE;
            }
        }
    }

    private static void told(
            Findings findings, ViewedRange view, List<Line> lines, long from, long to, History history) {
        for (Line line : lines) {
            boolean change = line.what().equals("up") || line.what().equals("updated");
            // A loss that is held back is shown when its time is over, and the view may not have missed the store by
            // then.
            boolean loss = line.what().equals("down") && !view.guarded() && view.grace() == 0;
            if ((change || loss)
                    && line.at() > from
                    && line.at() < to
                    && !history.disturbances.noisy(view.who(), from - LATE, to)) {
                findings.broken(
                        "V11",
                        view + " is told " + line.what() + " of " + line.text("key") + " while the store is away",
                        line.at(),
                        line.text("key"),
                        view.who());
            }
        }
    }
}
