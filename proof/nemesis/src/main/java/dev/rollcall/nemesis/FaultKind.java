package dev.rollcall.nemesis;

import java.util.function.Predicate;

/**
 * A kind of fault.
 *
 * @param name by which it is asked for and reported
 * @param scope what it hits; two of one scope are never at once
 * @param mayLapse whether leases of those it hits may run out by it, with nobody to blame
 * @param possible on which stores
 * @param action acts, ends, and says by what it was seen to act
 */
record FaultKind(String name, Scope scope, boolean mayLapse, Predicate<Store> possible, Action action) {

    /** What a fault hits. */
    enum Scope {
        STORE,
        DATA,
        REGISTRANT,
        CONSUMER,
        NETWORK
    }

    /** What a fault does. */
    @FunctionalInterface
    interface Action {

        /**
         * Acts for as long as the scene says, and ends.
         *
         * @return by what it was seen to act
         * @throws VoidFault if it did not act
         */
        String act(Scene scene);
    }
}
