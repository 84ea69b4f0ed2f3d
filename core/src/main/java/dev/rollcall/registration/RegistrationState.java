package dev.rollcall.registration;

/**
 * Where a registration stands.
 *
 * <pre>{@code
 *   REGISTERING --> REGISTERED <--> SUSPECT
 *                     ^    |           |
 *                     |    v           |
 *                     +-- LOST <-------+        CLOSED from any
 * }</pre>
 */
public enum RegistrationState {

    /** It was never in the store yet: the store is away, or another owner has the key. It registers as soon as it can. */
    REGISTERING,

    /** It stands in the store, and its lease surely lives. */
    REGISTERED,

    /**
     * It stands in the store, or stood there when last heard, but the time of the last acknowledged renewal has run out: nobody here knows whether
     * others still see it. It becomes registered again, or lost, as soon as the store answers.
     */
    SUSPECT,

    /** It stood in the store and no longer does. It is written again as soon as possible, unless another owner has the key. */
    LOST,

    /** It was closed, or gave up. Final. */
    CLOSED
}
