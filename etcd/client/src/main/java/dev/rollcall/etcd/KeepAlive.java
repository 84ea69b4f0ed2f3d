package dev.rollcall.etcd;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A lease that is being renewed.
 *
 * <p>Closing it ends the renewals and lets the lease run out; {@link Leases#revoke(LeaseId)} ends the lease at once. Safe for use by
 * several threads.
 */
public interface KeepAlive extends AutoCloseable {

    /** What is known of the lease. */
    enum State {
        /** The time of the last acknowledged renewal, counted from its sending, has not run out. */
        HELD,
        /** It has run out without an answer: the store may have dropped the lease. Renewals go on, and may bring it back to {@link #HELD}. */
        SUSPECT,
        /** The store said that there is no such lease. Final. */
        LOST,
        /** The handle, or its client, was closed. Final. */
        CLOSED
    }

    /** The lease. */
    LeaseId lease();

    /** The time to live that the store granted. */
    Duration ttl();

    /** What is known now; judged by the clock at the moment of the call, so it is never {@code HELD} past the deadline. */
    State state();

    /** How long the lease surely lives on without another renewal; zero unless {@link State#HELD}. */
    Duration remaining();

    /**
     * How often {@link State#SUSPECT} was told to the listener, or is about to be. It grows before the lease is {@link State#HELD} again: who asks
     * {@link #remaining} first and this next learns of every lapse before that answer, though the listener may still have to be told.
     */
    long lapses();

    /** Completes with the final state. */
    CompletionStage<State> ended();

    /** Ends the renewals. Idempotent, never blocks. */
    @Override
    void close();
}
