package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How things stand in the end, and how each thing ended: V1 all views agree with the store; R3 nothing comes back after its close; R4 the last value stands; R8 no
 * lease is left; H5 a close is bounded, and leaves no thread; V13 no listener failed by what it was told.
 */
final class EndRules {

    private static final long CLOSE_MILLIS = 3_500;
    private static final long SLOW_CLOSE_MILLIS = 6_000;
    private static final int MOST_LEASES = 3;

    private final History history;
    private final Findings findings;

    EndRules(History history, Findings findings) {
        this.history = history;
        this.findings = findings;
    }

    void check() {
        Line settled = history.first("settled").orElse(null);
        if (settled == null) {
            findings.voids.add("the round did not come to its end");
            return;
        }
        if (!settled.is("agreed")) {
            findings.broken(
                    "V1",
                    "no agreement after " + settled.text("millis") + " ms: " + settled.text("left"),
                    settled.at(),
                    "",
                    "");
        }
        lastValues(settled);
        history.all("leases").forEach(this::leases);
        history.clients.forEach((life, lines) -> {
            lines.forEach(line -> ended(life, line));
            closes(life, lines);
        });
    }

    /** R4, by the history alone. */
    private void lastValues(Line settled) {
        Epoch last = history.epochs.get(history.epochs.size() - 1);
        Map<String, Set<String>> wanted = new HashMap<>();
        history.clients.forEach((life, lines) -> {
            if (history.end(life) > settled.at()) {
                Map<String, String> open = new HashMap<>();
                lines.stream().filter(line -> line.at() < settled.at()).forEach(line -> {
                    switch (line.what()) {
                        case "register", "update" -> open.put(line.text("h"), line.text("token"));
                        case "close" -> open.remove(line.text("h"));
                        default -> {}
                    }
                });
                open.forEach((key, token) ->
                        wanted.computeIfAbsent(key, k -> new HashSet<>()).add(token));
            }
        });
        wanted.forEach((key, tokens) -> {
            Entry stands = last.before(key, settled.number("rev"));
            if (stands == null || !stands.put() || !tokens.contains(stands.token())) {
                findings.broken(
                        "R4", key + " is " + stands + " in the end, not one of " + tokens, settled.at(), key, "");
            }
        });
    }

    /** One that is left alone runs out before it is counted: what lasts is kept alive, and nobody needs it. */
    private void leases(Line line) {
        long count = line.number("count");
        if (count < 0) {
            findings.voids.add("the leases could not be counted");
        } else if (line.text("when").equals("closed") && count != 0) {
            findings.broken("R8", count + " leases are left after all closed", line.at(), "", "");
        } else if (count > MOST_LEASES) {
            findings.broken("R8", count + " leases last, for three processes", line.at(), "", "");
        }
        if (!line.text("stuck").isEmpty()) {
            findings.broken("H5", line.text("stuck") + " did not end", line.at(), "", "");
        }
    }

    private void ended(String life, Line line) {
        if (line.what().equals("ending") && line.number("failures") > 0) {
            findings.broken(
                    "V13", life + " had " + line.text("failures") + " failures of listeners", line.at(), "", life);
        }
        if (line.what().equals("ended")) {
            boolean slow = history.disturbances.any(life, line.at() - 10 * Disturbances.SECOND, line.at());
            if (line.number("millis") > (slow ? SLOW_CLOSE_MILLIS : CLOSE_MILLIS)) {
                findings.broken("H5", life + " took " + line.text("millis") + " ms to close", line.at(), "", life);
            }
            if (!line.text("threads").isEmpty()) {
                findings.broken("H1", life + " left threads: " + line.text("threads"), line.at(), "", life);
            }
        }
    }

    /** R3: once the close of a key was over, none of the values written before comes again. */
    private void closes(String life, List<Line> lines) {
        Map<String, Set<String>> tokens = new HashMap<>();
        for (Line line : lines) {
            String key = line.text("h");
            if (line.what().equals("register") || line.what().equals("update")) {
                tokens.computeIfAbsent(key, k -> new HashSet<>()).add(line.text("token"));
            } else if (line.what().equals("closed") && line.text("error").equals("null")) {
                Set<String> closed = tokens.getOrDefault(key, Set.of());
                history.all("head")
                        .filter(head -> head.number("begun") > line.at())
                        .findFirst()
                        .ifPresent(head -> resurrected(life, key, Set.copyOf(closed), head));
            }
        }
    }

    private void resurrected(String life, String key, Set<String> closed, Line head) {
        for (Epoch epoch : history.epochs) {
            for (Entry entry : epoch.of(key)) {
                boolean later = epoch.number > head.number("epoch")
                        ? entry.rev() > epoch.base
                        : epoch.number == head.number("epoch") && entry.rev() > head.number("rev");
                boolean inherited = epoch.parent != null && entry.rev() <= epoch.base;
                if (entry.put() && later && !inherited && closed.contains(entry.token()) && !restored(epoch, entry)) {
                    findings.broken(
                            "R3",
                            key + " of " + life + " came back after its close, at " + entry.rev(),
                            entry.at(),
                            key,
                            life);
                }
            }
        }
    }

    /** Whether the store itself brought it back: a snapshot held it. */
    private boolean restored(Epoch epoch, Entry entry) {
        return history.epochs.stream()
                .filter(earlier -> earlier.number < epoch.number)
                .map(earlier -> earlier.at(entry.key(), entry.rev()))
                .anyMatch(found ->
                        found != null && found.token().equals(entry.token()) && found.create() == entry.create());
    }
}
