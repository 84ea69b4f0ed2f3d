package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.List;
import java.util.Map;

/** Judges a round by its lines. */
public final class Checker {

    private Checker() {}

    /** What is to be said of these lines, which are in the order of time. */
    public static Verdict judge(List<Line> lines) {
        History history = new History(lines);
        Findings findings = new Findings(history);
        history.all("void").forEach(line -> findings.voids.add(line.text("reason")));
        if (history.epochs.isEmpty()) {
            findings.voids.add("nothing was recorded");
            return verdict(history, findings);
        }
        for (List<Line> ofClient : history.clients.values()) {
            for (Map.Entry<String, List<Line>> each : History.views(ofClient).entrySet()) {
                Line opened = each.getValue().get(0);
                if (opened.what().equals("view")) {
                    ViewedRange view = ViewedRange.of(opened);
                    Spoilt spoilt = new Spoilt(history.disturbances, view, each.getValue());
                    new CallbackRules(history, findings, view, spoilt).check(each.getValue());
                    new SnapshotRules(history, findings, view, spoilt).check(each.getValue());
                    StoreAway.check(history, findings, view, each.getValue());
                }
            }
        }
        new OwnerRules(history, findings).check();
        new EndRules(history, findings).check();
        findings.enoughWasJudged();
        return verdict(history, findings);
    }

    private static Verdict verdict(History history, Findings findings) {
        return new Verdict(
                findings.violations,
                findings.doubts,
                findings.voids,
                history.epochs.stream().mapToLong(epoch -> epoch.entries.size()).sum(),
                findings.callbacks,
                findings.snapshots,
                findings.unproven);
    }
}
