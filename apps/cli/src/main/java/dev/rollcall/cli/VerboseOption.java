package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.observe.Observation;
import dev.rollcall.observe.Observer;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Whether to say what goes on inside: a line on standard error for each event. */
final class VerboseOption {

    private final Console console;

    @Option(
            names = "--verbose",
            description = "Say on standard error what goes on inside: outages, late renewals, losses held back.")
    private boolean wanted;

    VerboseOption(Console console) {
        this.console = console;
    }

    Observer observer() {
        return wanted
                ? event -> console.say(Stopwatch.timeOfDay() + "  " + event.subject() + ": " + words(event))
                : Observer.none();
    }

    static String words(Observation event) {
        if (event instanceof Observation.RenewalLate late) {
            return "not renewed in time, may have run out (" + late.registrations() + " registrations)";
        } else if (event instanceof Observation.LeaseLost lost) {
            return "lost; " + lost.registrations() + " registrations are written again";
        } else if (event instanceof Observation.LeaseSwapped swap) {
            return "a new leader; " + swap.registrations() + " registrations move to lease " + swap.to();
        } else if (event instanceof Observation.Resynced anew) {
            return "read anew at revision " + anew.revision() + ": "
                    + anew.cause().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + (anew.newEpoch() ? "; the store is not the one it was" : "");
        } else if (event instanceof Observation.ViewStale stale) {
            return "stale; " + stale.entries() + " entries are kept";
        } else if (event instanceof Observation.ViewLive live) {
            return "live at revision " + live.revision() + " after "
                    + live.staleFor().toMillis() + " ms";
        } else if (event instanceof Observation.GuardHeld held) {
            return held.held() + " of " + held.entries() + " entries are gone from the store and held back";
        } else if (event instanceof Observation.GuardReleased released) {
            return "nothing is held back any more; " + released.entries() + " entries";
        } else if (event instanceof Observation.AuditDifference difference) {
            return difference.keys() + " keys differed from the store though no event said so; mended";
        } else if (event instanceof Observation.Quarantined bad) {
            return "cannot be read: " + bad.reason();
        } else if (event instanceof Observation.ListenerFailed failed) {
            return "a listener failed, " + failed.failures() + " times so far: " + failed.cause();
        }
        return event.toString();
    }
}
