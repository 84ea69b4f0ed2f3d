package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the snapshots of one view show: V2 they never go back; V3 each is the store at its revision, whole; V12 nothing is held for ever; V14 nothing
 * from next door.
 */
final class SnapshotRules {

    private static final long LONGEST_HOLD = 11 * Disturbances.SECOND;

    private final History history;
    private final Findings findings;
    private final ViewedRange view;
    private final Spoilt spoilt;
    private final Map<String, Long> heldSince = new HashMap<>();
    private final Map<Epoch, Cursor> cursors = new HashMap<>();

    SnapshotRules(History history, Findings findings, ViewedRange view, Spoilt spoilt) {
        this.history = history;
        this.findings = findings;
        this.view = view;
        this.spoilt = spoilt;
    }

    void check(List<Line> lines) {
        long epoch = 0;
        long rev = 0;
        for (Line line : lines) {
            if (!line.what().equals("snap") && !line.what().equals("last")) {
                continue;
            }
            findings.snapshots++;
            if (line.number("epoch") < epoch || (line.number("epoch") == epoch && line.number("rev") < rev)) {
                findings.broken(
                        "V2",
                        view + " goes back from " + rev + " of " + epoch + " to " + line.text("rev") + " of "
                                + line.text("epoch"),
                        line.at(),
                        "",
                        view.who());
            }
            epoch = line.number("epoch");
            rev = line.number("rev");
            held(line);
            if (line.is("known") && line.text("held").isEmpty()) {
                whole(line);
            }
        }
    }

    /** V12, from above. */
    private void held(Line line) {
        Set<String> now = new HashSet<>();
        for (String held : words(line.text("held"))) {
            String key = held.substring(0, held.lastIndexOf('@'));
            now.add(key);
            long since = heldSince.computeIfAbsent(key, absent -> line.at());
            long undisturbed = history.disturbances.quiet(view.who(), since, line.at(), 2 * Disturbances.SECOND);
            if (undisturbed > LONGEST_HOLD) {
                findings.broken("V12", view + " holds " + key + " for ever", line.at(), key, view.who());
                heldSince.put(key, Long.MAX_VALUE);
            }
        }
        heldSince.keySet().retainAll(now);
    }

    private void whole(Line line) {
        long rev = line.number("rev");
        Set<String> shown = new HashSet<>(words(line.text("entries")));
        for (String each : shown) {
            String key = each.substring(0, each.lastIndexOf('@'));
            if (!view.shows(key)) {
                findings.broken("V14", view + " shows " + key, line.at(), key, view.who());
            }
        }
        Set<String> difference = null;
        for (Epoch epoch : history.epochs) {
            Set<String> found =
                    cursors.computeIfAbsent(epoch, e -> new Cursor(e, view)).differences(rev, shown);
            if (found.isEmpty()) {
                return;
            }
            difference = difference == null || found.size() < difference.size() ? found : difference;
        }
        if (spoilt.at(line.at()) || history.epochs.stream().anyMatch(epoch -> epoch.unread(rev))) {
            findings.unproven++;
            return;
        }
        String key = difference == null || difference.isEmpty()
                ? ""
                : difference.iterator().next();
        findings.brokenByView(
                "V3",
                view + " at revision " + rev + " is not the store at any epoch, by " + difference,
                line.at(),
                key.isEmpty() ? "" : key.substring(1, key.lastIndexOf('@')),
                view.who());
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** The state of one epoch as it was at a revision; asked for rising ones it passes over the history once. */
    private static final class Cursor {

        private final Epoch epoch;
        private final ViewedRange view;
        private final Map<String, Entry> state = new HashMap<>();
        private int next;
        private long at;

        Cursor(Epoch epoch, ViewedRange view) {
            this.epoch = epoch;
            this.view = view;
        }

        /** What is shown and should not be ({@code +}), or not and should ({@code -}). */
        Set<String> differences(long rev, Set<String> shown) {
            if (rev < epoch.base) {
                return epoch.parent == null
                        ? Set.of("-before the base")
                        : new Cursor(epoch.parent, view).differences(rev, shown);
            }
            if (rev < at) {
                state.clear();
                next = 0;
            }
            at = rev;
            List<Entry> all = epoch.entries;
            while (next < all.size() && all.get(next).rev() <= rev) {
                Entry entry = all.get(next++);
                if (entry.put()) {
                    state.put(entry.key(), entry);
                } else {
                    state.remove(entry.key());
                }
            }
            Set<String> expected = new HashSet<>();
            Set<String> unreadable = new HashSet<>();
            for (Entry entry : state.values()) {
                if (view.shows(entry.key())) {
                    if (entry.readable()) {
                        expected.add(entry.key() + "@" + entry.rev());
                    } else {
                        unreadable.add(entry.key());
                    }
                }
            }
            List<String> found = new ArrayList<>();
            for (String each : shown) {
                // Of a key whose value cannot be read, the last good value may be shown.
                if (!expected.contains(each) && !unreadable.contains(each.substring(0, each.lastIndexOf('@')))) {
                    found.add("+" + each);
                }
            }
            for (String each : expected) {
                if (!shown.contains(each)) {
                    found.add("-" + each);
                }
            }
            return new HashSet<>(found);
        }
    }
}
