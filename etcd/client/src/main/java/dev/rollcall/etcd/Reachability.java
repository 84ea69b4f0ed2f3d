package dev.rollcall.etcd;

import java.util.concurrent.TimeUnit;

/**
 * What is known of an endpoint, and so whether to connect to it now.
 *
 * <pre>
 *              dialing              dialed
 *   UNPROVEN ----------&gt; PROBING ----------&gt; REACHABLE
 *      ^                 ^  ^  |              |  |   |
 *      |         dialing |  |  | failed       |  |   | lost (a connection broke)
 *      |                 |  |  v              |  |   |
 *      |                REFUSING &lt;------------+  |   |
 *      |                    |  lost within a second  |
 *      |                    +--------------------+   |
 *      |                              slow           |
 *      +---------------------------------------------+
 * </pre>
 *
 * Only a {@code REACHABLE} endpoint is dialled by several lanes at once; else one attempt at a time, and after a failure the next one
 * follows at least a second after the one before began. A starved machine takes long to prove a connection that a healthy one has in
 * milliseconds, so an attempt is given {@link #PATIENCE_NANOS}; but an attempt that began into a hole never hears that the hole was closed, so
 * another one is begun beside it after {@link #SLOW_NANOS}, and the first to be answered counts. A member that let several calls in a row run into
 * their deadline is skipped for a while.
 *
 * @param phase where the endpoint stands
 * @param dialledAt when the last attempt began; meaningless before the first
 * @param notBefore when the next attempt may begin, while {@code PROBING} or {@code REFUSING}
 * @param deadlines how many calls in a row ran into their deadline
 * @param skippedUntil until when others are preferred; meaningful while {@code deadlines >= MAX_DEADLINES}
 */
record Reachability(Phase phase, long dialledAt, long notBefore, int deadlines, long skippedUntil) {

    /** The least time from the beginning of a failed attempt to the next. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After this time an attempt is slow: another one may begin beside it. */
    static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** After this time an attempt has failed; so at most four run at once for one lane. */
    static final long PATIENCE_NANOS = 4 * SLOW_NANOS;

    static final int MAX_DEADLINES = 2;
    static final long SKIP_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Where an endpoint stands. */
    enum Phase {
        /** Nothing is known, or a connection just broke. */
        UNPROVEN,
        /** An attempt runs, or several of which all but the last are slow. */
        PROBING,
        /** The last attempt succeeded. */
        REACHABLE,
        /** The last attempt failed. */
        REFUSING
    }

    static final Reachability START = new Reachability(Phase.UNPROVEN, 0, 0, 0, 0);

    /** Whether an attempt may begin. */
    boolean mayDial(long now) {
        return switch (phase) {
            case UNPROVEN, REACHABLE -> true;
            case PROBING, REFUSING -> now - notBefore >= 0;
        };
    }

    /** An attempt begins. */
    Reachability dialing(long now) {
        Phase next = phase == Phase.REACHABLE ? phase : Phase.PROBING;
        return new Reachability(next, now, now + SLOW_NANOS, deadlines, skippedUntil);
    }

    /** An attempt is slow. One endpoint for all lanes was reachable before, and is probed again by one at a time. */
    Reachability slow() {
        return phase == Phase.REACHABLE ? in(Phase.PROBING, notBefore) : this;
    }

    /** An attempt succeeded. */
    Reachability dialed() {
        return in(Phase.REACHABLE, notBefore);
    }

    /** An attempt failed; {@code jitter} from 0 to 1 spreads clients by up to a fifth. */
    Reachability failed(double jitter) {
        return in(Phase.REFUSING, dialledAt + RETRY_NANOS + (long) (jitter * 0.2 * RETRY_NANOS));
    }

    /**
     * A working connection broke that was dialled at {@code since}. One that did not live for a second counts as a failed attempt: a
     * proxy or a server that answers once and then cuts off is not dialled in a tight loop.
     */
    Reachability lost(long since, long now, double jitter) {
        if (phase != Phase.REACHABLE) {
            return this;
        }
        return now - since < RETRY_NANOS ? failed(jitter) : in(Phase.UNPROVEN, notBefore);
    }

    /** A call was answered. */
    Reachability answered() {
        return deadlines == 0 ? this : new Reachability(phase, dialledAt, notBefore, 0, 0);
    }

    /** A call ran into its deadline. */
    Reachability timedOut(long now) {
        return new Reachability(phase, dialledAt, notBefore, deadlines + 1, now + SKIP_NANOS);
    }

    /** Whether others are to be preferred now. */
    boolean skipped(long now) {
        return deadlines >= MAX_DEADLINES && now - skippedUntil < 0;
    }

    private Reachability in(Phase next, long dialNotBefore) {
        return new Reachability(next, dialledAt, dialNotBefore, deadlines, skippedUntil);
    }
}
