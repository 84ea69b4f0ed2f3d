package dev.rollcall.discovery;

import dev.rollcall.discovery.SnapshotReducer.Step;
import dev.rollcall.observe.Observation;
import dev.rollcall.observe.Observer;
import java.time.Duration;

/** Tells the observer what the steps of a view came to. */
final class ViewObserver<S extends Shown> {

    private final String name;
    private final Observer observer;

    ViewObserver(String name, Observer observer) {
        this.name = name;
        this.observer = observer;
    }

    void step(ViewState<S> before, Step<S> step, long nanos) {
        if (observer == Observer.none()) {
            return;
        }
        ViewState<S> after = step.state();
        for (Change<S> change : step.changes()) {
            if (change instanceof Change.Resynced<S> resynced) {
                ResyncCause cause = resynced.cause();
                observer.observed(new Observation.Resynced(name, cause.name(), cause.newEpoch(), resynced.revision()));
            }
        }
        AuditState.Tally audit = after.audit().tally();
        if (audit.differences() > before.audit().tally().differences()) {
            observer.observed(new Observation.AuditDifference("view " + name, audit.keys()));
        }
        quarantine(before.content(), after.content());
        guard(before.content(), after.content());
        freshness(before, after, nanos);
    }

    private void quarantine(Content<S> before, Content<S> after) {
        if (before.quarantined() == after.quarantined()) {
            return;
        }
        for (QuarantinedKey bad : after.quarantined().values()) {
            if (!bad.equals(before.quarantined().get(bad.key()))) {
                observer.observed(new Observation.Quarantined(name, bad.key(), bad.reason()));
            }
        }
    }

    private void guard(Content<S> before, Content<S> after) {
        if (before.holds() == after.holds()) {
            return;
        }
        int held = after.guarded();
        if (held > before.guarded()) {
            observer.observed(
                    new Observation.GuardHeld(name, held, after.shown().size()));
        } else if (held == 0 && before.guarded() > 0) {
            observer.observed(new Observation.GuardReleased(name, after.shown().size()));
        }
    }

    private void freshness(ViewState<S> before, ViewState<S> after, long nanos) {
        boolean was = isFresh(before.freshness());
        boolean is = isFresh(after.freshness());
        if (was && !is) {
            observer.observed(
                    new Observation.ViewStale(name, after.content().shown().size()));
        } else if (is && !was) {
            Duration staleFor = Duration.ofNanos(nanos - before.leftAt());
            observer.observed(new Observation.ViewLive(name, after.content().revision(), staleFor));
        }
    }

    private static boolean isFresh(Freshness freshness) {
        return freshness == Freshness.LIVE || freshness == Freshness.GUARDED;
    }

    void listenerFailed(long failures, Throwable cause) {
        observer.observed(new Observation.ListenerFailed("view " + name, failures, cause));
    }
}
