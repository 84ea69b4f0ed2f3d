package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the listener of one view was told: V4 up, updated and down in turn with rising revisions; V5 no down without a reason; V6 no up of what never was;
 * V8 nothing twice; V12 losses held back as promised; V14 nothing from next door; and V2, one epoch of the view is one history of the store.
 *
 * <p>Which epoch of the store a view is in cannot be seen by numbers alone: a restored store shares its beginning with the one before. So all
 * that fit so far are kept, and it is a violation when none is left.
 */
final class CallbackRules {

    private static final long HOLD = 8 * Disturbances.SECOND;
    private static final long TOLERANCE = 700_000_000L;
    private static final long LONG_AGO = -HOLD;

    /**
     * What the listener believes of a key.
     *
     * @param then the epochs that the view may have been in when it was told
     * @param since when a new epoch began without it; a hold runs from the first of several
     */
    private record Shown(long mod, boolean ofThisEpoch, List<Epoch> then, long since) {

        /** It is not known of the epoch that the view came into. */
        static Shown before(Shown last, List<Epoch> then, long since) {
            return last.ofThisEpoch ? new Shown(last.mod, false, then, since) : last;
        }

        /** Whether it was lost before the view came into another epoch, and held back over the change. */
        boolean lostBefore(String key, long rev) {
            return !ofThisEpoch && then.stream().anyMatch(epoch -> epoch.deletedBetween(key, mod, rev));
        }
    }

    private final History history;
    private final Findings findings;
    private final ViewedRange view;
    private final Spoilt spoilt;
    private final Map<String, Shown> shown = new HashMap<>();
    private final Map<String, Long> lastMod = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private List<Epoch> candidates;
    private long heardAt;
    private long knows;

    CallbackRules(History history, Findings findings, ViewedRange view, Spoilt spoilt) {
        this.history = history;
        this.findings = findings;
        this.view = view;
        this.spoilt = spoilt;
        this.candidates = new ArrayList<>(history.epochs);
    }

    void check(List<Line> lines) {
        for (Line line : lines) {
            switch (line.what()) {
                case "initial" -> {
                    shown.clear();
                    heard(line, line.number("rev"));
                }
                case "fresh" -> {
                    if (line.text("fresh").equals("LIVE")) {
                        heard(line, line.number("rev"));
                    }
                }
                case "resynced" -> resynced(line);
                case "up", "updated" -> appeared(line);
                case "down" -> down(line);
                default -> {}
            }
        }
    }

    private void broken(String rule, String what, Line line) {
        if (spoilt.at(line.at())) {
            findings.unproven++;
        } else {
            findings.brokenByView(rule, view + " " + what, line.at(), line.text("key"), view.who());
        }
    }

    private void resynced(Line line) {
        findings.callbacks++;
        List<Epoch> before = candidates;
        if (line.is("anew")) {
            shown.replaceAll((key, last) -> Shown.before(last, before, line.at()));
            candidates = new ArrayList<>(history.epochs);
            lastMod.clear();
            told.clear();
            knows = 0;
        } else if (line.text("cause").equals("MISSED")) {
            List<Epoch> unseen = overtaking(line.at());
            if (!unseen.isEmpty()) {
                shown.replaceAll((key, last) -> Shown.before(last, before, LONG_AGO));
                candidates = new ArrayList<>(before);
                candidates.addAll(unseen);
            }
        }
        heard(line, line.number("rev"));
    }

    private void heard(Line line, long rev) {
        heardAt = line.at();
        knows = Math.max(knows, rev);
    }

    /** Stores that replaced the view's own since it was last heard of, and passed what it knew: that is not promised to be noticed once they compacted their past. */
    private List<Epoch> overtaking(long at) {
        return history.epochs.stream()
                .filter(epoch -> !candidates.contains(epoch))
                .filter(epoch -> epoch.begun > heardAt && epoch.begun < at)
                .filter(epoch -> epoch.reached(at + TOLERANCE) >= knows)
                .toList();
    }

    private void appeared(Line line) {
        findings.callbacks++;
        String key = line.text("key");
        long mod = line.number("mod");
        heard(line, mod);
        if (!view.shows(key)) {
            // The client takes no key from outside of what it asked for, so a flipped bit is no excuse.
            findings.brokenByView("V14", view + " shows " + key, line.at(), key, view.who());
            return;
        }
        boolean isUp = line.what().equals("up");
        if (isUp == shown.containsKey(key)) {
            broken(
                    "V4",
                    "is told " + line.what() + " of " + key + (isUp ? ", which is up" : ", which is not up"),
                    line);
        }
        if (!told.add(key + "@" + mod)) {
            broken("V8", "is told twice of " + key + "@" + mod, line);
        } else if (mod <= lastMod.getOrDefault(key, 0L)) {
            broken("V4", "is told of " + key + "@" + mod + " after " + lastMod.get(key), line);
        }
        lastMod.merge(key, mod, Math::max);
        fits(line, key, mod);
        shown.put(key, new Shown(mod, true, candidates, 0));
    }

    /**
     * V6 and V2: it is an entry of the history that the view is in. That may be one to come: a store that is restored to just the revision
     * that a view has seen goes on from there, and nobody can tell.
     */
    private void fits(Line line, String key, long mod) {
        List<Epoch> fitting = new ArrayList<>();
        boolean begun = false;
        boolean beyond = false;
        for (Epoch epoch : candidates) {
            Entry entry = epoch.at(key, mod);
            if (entry != null
                    && entry.put()
                    && entry.token().equals(line.text("token"))
                    && entry.create() == line.number("create")
                    && entry.lease() == line.number("lease")) {
                fitting.add(epoch);
                begun |= epoch.begun - TOLERANCE * 10 < line.at();
            } else if (epoch.unread(mod) && line.at() < epoch.ended + Disturbances.SECOND) {
                fitting.add(epoch);
                beyond = true;
            }
        }
        findings.unproven += beyond ? 1 : 0;
        if (begun || beyond) {
            candidates = fitting;
        } else {
            broken(
                    "V6",
                    "is told " + line.what() + " of " + key + "@" + mod + " = " + line.text("token")
                            + ", which no history has that fits what it was told before",
                    line);
            candidates = new ArrayList<>(history.epochs);
        }
    }

    private void down(Line line) {
        findings.callbacks++;
        heard(line, line.number("rev"));
        String key = line.text("key");
        Shown last = shown.remove(key);
        if (last == null) {
            broken("V4", "is told down of " + key + ", which is not up", line);
            return;
        }
        long rev = line.number("rev");
        if (last.lostBefore(key, rev)) {
            return;
        }
        lastMod.merge(key, last.ofThisEpoch ? last.mod : 0, Math::max);
        List<Epoch> fitting = candidates.stream()
                .filter(epoch -> gone(epoch, key, last.ofThisEpoch ? line.number("mod") : 0, rev, last.ofThisEpoch))
                .toList();
        if (!fitting.isEmpty()) {
            candidates = new ArrayList<>(fitting);
        } else {
            broken("V5", "is told down of " + key + " at " + rev + ", which was there", line);
        }
        held(line, key, rev, last);
    }

    private static boolean gone(Epoch epoch, String key, long mod, long rev, boolean ofThisEpoch) {
        if (epoch.unread(rev)) {
            return true;
        }
        if (ofThisEpoch) {
            return epoch.deletedBetween(key, mod, rev);
        }
        Entry entry = epoch.before(key, rev);
        boolean replaced = entry != null && entry.put() && entry.create() == rev;
        return entry == null || !entry.put() || replaced || epoch.deletedBetween(key, 0, rev);
    }

    /** V12, from below: no sooner than promised. */
    private void held(Line line, String key, long rev, Shown last) {
        if (!view.guarded()) {
            return;
        }
        boolean deleted = candidates.stream().anyMatch(epoch -> epoch.deletedBetween(key, 0, rev));
        if (!last.ofThisEpoch && !deleted && line.at() - last.since < HOLD - TOLERANCE) {
            broken(
                    "V12",
                    "shows the loss of " + key + " " + (line.at() - last.since) / 1_000_000
                            + " ms after the store lost its history",
                    line);
        }
        for (Epoch epoch : candidates) {
            Entry entry = epoch.at(key, rev);
            if (candidates.size() == 1
                    && entry != null
                    && !entry.put()
                    && Waves.isWave(epoch, entry)
                    && line.at() - entry.at() < HOLD - TOLERANCE) {
                broken("V12", "shows a wave of expiries at once: " + key, line);
            }
        }
    }
}
