package dev.rollcall.discovery;

import dev.rollcall.discovery.SnapshotReducer.Step;
import dev.rollcall.internal.LogBudget;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/** Writes what a view saw: a line per coming, going and resync, and where a step brings more than a few, only their number. */
final class ViewLog<S extends Shown> {

    private static final int MOST_LINES = 5;

    private final String name;
    private final LogBudget budget;

    /** The budget is that of all views together. */
    ViewLog(String name, LogBudget budget) {
        this.name = name;
        this.budget = budget;
    }

    void step(ViewState<S> before, Step<S> step, long nanos, Optional<String> lastError) {
        ViewState<S> after = step.state();
        if (!before.known() && after.known()) {
            budget.log(
                    Level.INFO,
                    "{}: {} entries at revision {}",
                    name,
                    after.content().shown().size(),
                    after.content().revision());
        } else if (!before.begun() && after.begun()) {
            budget.log(
                    Level.INFO,
                    "{}: {} entries from disk, known to be right at {}",
                    name,
                    after.content().shown().size(),
                    after.provenAt().wall());
        } else {
            changes(step.changes(), after);
        }
        if (before.content().quarantined() != after.content().quarantined()) {
            quarantine(before, after);
        }
        if (before.freshness() != after.freshness() && before.known()) {
            freshness(after, (nanos - before.provenAt().nanos()) / 1_000_000, lastError);
        }
    }

    private void changes(List<Change<S>> changes, ViewState<S> after) {
        int lines = 0;
        for (Change<S> change : changes) {
            if (change instanceof Change.Resynced<S> resynced) {
                budget.log(
                        Level.INFO,
                        "{}: read anew at revision {}, epoch {}: {}",
                        name,
                        resynced.revision(),
                        resynced.epoch(),
                        resynced.cause());
            } else if (change instanceof Change.Updated<S> updated) {
                budget.log(
                        Level.DEBUG,
                        "{}: updated {} at revision {}",
                        name,
                        updated.after().key(),
                        updated.after().modRevision());
            } else if (++lines <= MOST_LINES) {
                upOrDown(change);
            }
        }
        if (lines > MOST_LINES) {
            budget.log(
                    Level.INFO,
                    "{}: and {} more ups and downs, now {} entries",
                    name,
                    lines - MOST_LINES,
                    after.content().shown().size());
        }
    }

    private void upOrDown(Change<S> change) {
        if (change instanceof Change.Up<S> up) {
            budget.log(
                    Level.INFO,
                    "{}: up {} at revision {}",
                    name,
                    up.entry().key(),
                    up.entry().modRevision());
        } else if (change instanceof Change.Down<S> down) {
            budget.log(
                    Level.INFO,
                    "{}: down {} at revision {}: {}",
                    name,
                    down.last().key(),
                    down.revision(),
                    down.cause());
        }
    }

    private void quarantine(ViewState<S> before, ViewState<S> after) {
        int lines = 0;
        for (QuarantinedKey bad : after.content().quarantined().values()) {
            if (!bad.equals(before.content().quarantined().get(bad.key())) && ++lines <= MOST_LINES) {
                budget.log(
                        Level.WARN,
                        "{}: cannot read {} at revision {}: {}; its owner must write it anew",
                        name,
                        bad.key(),
                        bad.modRevision(),
                        bad.reason());
            }
        }
        if (lines > MOST_LINES) {
            budget.log(Level.WARN, "{}: and cannot read {} more keys", name, lines - MOST_LINES);
        }
    }

    private void freshness(ViewState<S> after, long provenMillisAgo, Optional<String> lastError) {
        switch (after.freshness()) {
            case STALE, SEEDED ->
                budget.log(
                        Level.WARN,
                        "{}: stale, last proven {} ms ago; {} entries are kept{}",
                        name,
                        provenMillisAgo,
                        after.content().shown().size(),
                        ViewHealth.ending(lastError));
            case GUARDED ->
                budget.log(
                        Level.WARN,
                        "{}: {} of {} entries are gone from the store and held back",
                        name,
                        after.content().holds().size(),
                        after.content().shown().size());
            case LIVE ->
                budget.log(
                        Level.INFO,
                        "{}: live at revision {}",
                        name,
                        after.content().revision());
        }
    }
}
