package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What became of the keys of those who registered: R1 present while their lease lives; R2 back soon after a loss; R5 never touched by another; R7 gone soon after a
 * crash, and not too soon; R10 no war of writes.
 */
final class OwnerRules {

    private static final long SECOND = Disturbances.SECOND;
    private static final long WEAR_OFF = 8 * SECOND;
    private static final long RETURN = 6 * SECOND;
    private static final long PATIENCE = 2 * SECOND;
    private static final int MOST_REPEATS = 8;

    private final History history;
    private final Findings findings;

    /** The lease time of each life of a client, in nanoseconds. */
    private final Map<String, Long> leaseTimes = new TreeMap<>();

    OwnerRules(History history, Findings findings) {
        this.history = history;
        this.findings = findings;
        history.clients.forEach((life, lines) -> lines.stream()
                .filter(line -> line.what().equals("start"))
                .forEach(line -> leaseTimes.put(life, line.number("lease") * SECOND)));
    }

    void check() {
        Set<String> keys = new HashSet<>();
        history.epochs.forEach(epoch -> epoch.entries.forEach(entry -> keys.add(entry.key())));
        for (String key : keys) {
            for (Epoch epoch : history.epochs) {
                List<Entry> entries = epoch.of(key);
                for (int i = 1; i < entries.size(); i++) {
                    next(entries, i);
                }
                repeats(entries);
            }
        }
        absences();
        crashes();
    }

    private void next(List<Entry> entries, int i) {
        Entry before = entries.get(i - 1);
        Entry after = entries.get(i);
        if (!before.put() || before.owner().isEmpty()) {
            return;
        }
        if (!after.put()) {
            lost(before, after);
        } else if (!after.owner().isEmpty() && !Entry.base(after.owner()).equals(Entry.base(before.owner()))) {
            findings.broken(
                    "R5",
                    after.owner() + " wrote " + after.key() + "@" + after.rev() + " over the key of " + before.owner(),
                    after.at(),
                    after.key(),
                    after.owner());
        }
    }

    /** R1: a key that is gone was given up by its owner, or something is to blame. */
    private void lost(Entry before, Entry deletion) {
        String life = before.owner();
        long at = deletion.at();
        long lease = leaseTimes.getOrDefault(life, 3 * SECOND);
        boolean explained = before.leaving()
                || closing(life, before.key(), at)
                || history.end(life) < at + SECOND
                || history.disturbances.mayLapse(life, at - lease - WEAR_OFF, at);
        if (!explained) {
            findings.broken(
                    "R1",
                    deletion.key() + " of " + life + " was gone at " + deletion.rev() + ", and nothing is to blame",
                    at,
                    deletion.key(),
                    life);
        }
    }

    private boolean closing(String life, String key, long at) {
        return history.clients.getOrDefault(life, List.of()).stream()
                .anyMatch(line -> line.what().equals("close")
                        && line.text("h").equals(key)
                        && line.at() < at + SECOND
                        && line.at() > at - 20 * SECOND);
    }

    /** R10: who repairs a key does not do so many times a second. */
    private void repeats(List<Entry> entries) {
        for (int i = 0; i + MOST_REPEATS < entries.size(); i++) {
            Entry first = entries.get(i);
            Entry last = entries.get(i + MOST_REPEATS);
            if (first.owner().isEmpty() || last.at() - first.at() > 5 * SECOND) {
                continue;
            }
            boolean same = entries.subList(i, i + MOST_REPEATS + 1).stream()
                    .filter(Entry::put)
                    .allMatch(entry -> entry.token().equals(first.token()));
            if (same && last.put()) {
                findings.broken(
                        "R10",
                        first.owner() + " wrote " + first.key() + " " + MOST_REPEATS + " times in 5 s",
                        last.at(),
                        first.key(),
                        first.owner());
                return;
            }
        }
    }

    /** R2: while its owner wants it and nothing is disturbed, a key is not away for long. */
    private void absences() {
        history.clients.forEach((life, lines) -> {
            Map<String, Long> wantedSince = new TreeMap<>();
            for (Line line : lines) {
                if (line.what().equals("register")) {
                    wantedSince.put(line.text("key"), line.at());
                } else if (line.what().equals("close")) {
                    absences(life, line.text("h"), wantedSince.remove(line.text("h")), line.at());
                }
            }
            long end = Math.min(history.end(life), settledAt());
            wantedSince.forEach((key, since) -> absences(life, key, since, end));
        });
    }

    private long settledAt() {
        return history.first("settled").map(Line::at).orElse(0L);
    }

    private void absences(String life, String key, @org.jspecify.annotations.Nullable Long since, long until) {
        if (since == null) {
            return;
        }
        long absentSince = since;
        boolean absent = true;
        for (Entry entry : changes(key)) {
            if (entry.at() > until) {
                break;
            }
            if (entry.put() && absent) {
                absent = false;
                away(life, key, absentSince, entry.at());
            } else if (!entry.put() && !absent) {
                absent = true;
                absentSince = Math.max(since, entry.at());
            }
            absentSince = Math.max(since, absentSince);
        }
        if (absent) {
            away(life, key, absentSince, until);
        }
    }

    /** What happened to a key in all epochs, by time; that a store forgot it counts as a deletion. */
    private List<Entry> changes(String key) {
        List<Entry> all = new ArrayList<>();
        for (Epoch epoch : history.epochs) {
            all.add(new Entry(key, epoch.begun, epoch.number, 0, false, 0, 0, "", false, false));
            all.addAll(epoch.of(key));
        }
        return all;
    }

    private void away(String life, String key, long from, long to) {
        long quiet = history.disturbances.quiet(life, from, to, WEAR_OFF);
        if (quiet > RETURN) {
            findings.broken(
                    "R2",
                    key + " of " + life + " was away for " + quiet / 1_000_000 + " ms without a fault",
                    to,
                    key,
                    life);
        }
    }

    /** R7: the keys of a killed process go when its lease runs out. */
    private void crashes() {
        history.all("killed")
                .filter(line -> line.text("client").startsWith("r"))
                .forEach(kill -> {
                    String life = kill.text("client");
                    long lease = leaseTimes.getOrDefault(life, 3 * SECOND);
                    long latest = kill.at() + lease + 2 * PATIENCE;
                    if (latest > settledAt()
                            || history.disturbances.any("", kill.at() - WEAR_OFF, latest)
                            || others(kill, latest)) {
                        return;
                    }
                    for (Epoch epoch : history.epochs) {
                        for (Entry entry : epoch.entries) {
                            if (entry.put()
                                    && entry.owner().equals(life)
                                    && entry.lease() != 0
                                    && last(epoch, entry, kill.at())) {
                                crash(epoch, entry, kill.at(), lease, latest);
                            }
                        }
                    }
                });
    }

    /** Whether more than the killing itself happened. */
    private boolean others(Line kill, long latest) {
        return history.disturbances.faults.stream()
                        .filter(fault -> fault.overlaps(kill.at() - WEAR_OFF, latest))
                        .count()
                > 1;
    }

    private static boolean last(Epoch epoch, Entry entry, long at) {
        List<Entry> all = epoch.of(entry.key());
        int next = all.indexOf(entry) + 1;
        return entry.at() < at && (next == all.size() || all.get(next).at() > at);
    }

    private void crash(Epoch epoch, Entry entry, long killedAt, long lease, long latest) {
        List<Entry> all = epoch.of(entry.key());
        int index = all.indexOf(entry) + 1;
        Entry end = index == all.size() ? null : all.get(index);
        if (end == null || end.at() > latest) {
            findings.broken(
                    "R7",
                    entry.key() + " outlived " + entry.owner() + " by more than its lease",
                    latest,
                    entry.key(),
                    entry.owner());
        } else if (!end.put() && !entry.leaving() && end.at() < killedAt + lease / 3) {
            findings.broken(
                    "R7",
                    entry.key() + " went " + (end.at() - killedAt) / 1_000_000 + " ms after its owner was killed",
                    end.at(),
                    entry.key(),
                    entry.owner());
        }
    }
}
