package dev.rollcall.observe;

/**
 * Told what goes on inside, for logs, metrics and alarms.
 *
 * <p>Calls come one at a time, on the executor for listeners, never on a thread that renews or reads. Of many events that a slow observer has missed the last
 * one of each kind and subject is told. What it throws is logged. Nothing is told after the close.
 */
@FunctionalInterface
public interface Observer {

    /** Something happened; new kinds may be added, so a {@code switch} over them needs a default. */
    void observed(Observation event);

    /** Watches nothing. */
    static Observer none() {
        return NoObserver.INSTANCE;
    }
}
