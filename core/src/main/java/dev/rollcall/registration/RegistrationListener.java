package dev.rollcall.registration;

/** Told where a registration stands. */
@FunctionalInterface
public interface RegistrationListener {

    /**
     * The state when the listener was added, and then each change; of several that a slow listener has missed, the last.
     *
     * <p>Calls come one at a time, in order, on the executor for listeners. What it throws is logged.
     *
     * @param registration which one
     * @param state where it stands
     * @param reason why, for people
     */
    void changed(Registration registration, RegistrationState state, String reason);
}
