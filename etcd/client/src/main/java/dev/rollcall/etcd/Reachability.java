package dev.rollcall.etcd;

import java.util.concurrent.TimeUnit;

/**
 * What is known of an endpoint, and so whether to connect to it now.
 *
 * <pre>
 *              dialing              dialed
 *   UNPROVEN ----------&gt; PROBING ----------&gt; REACHABLE
 *      ^                 ^     |              |      |
 *      |         dialing |     | failed       |      | lost (a connection broke)
 *      |                 |     v              |      |
 *      |                REFUSING &lt;------------+      |
 *      |                        lost within a second  |
 *      +----------------------------------------------+
 * </pre>
 *
 * Only a {@code REACHABLE} endpoint is dialled by several lanes at once; else one attempt at a time, and after a failure the next one
 * follows at least a second later. A member that let several calls in a row run into their deadline is skipped for a while.
 *
 * @param phase where the endpoint stands
 * @param notBefore when the next attempt may begin, while {@code REFUSING}
 * @param deadlines how many calls in a row ran into their deadline
 * @param skippedUntil until when others are preferred; meaningful while {@code deadlines >= MAX_DEADLINES}
 */
record Reachability(Phase phase, long notBefore, int deadlines, long skippedUntil) {

    /** The least time from one failed attempt to the next. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final int MAX_DEADLINES = 2;
    static final long SKIP_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Where an endpoint stands. */
    enum Phase {
        /** Nothing is known, or a connection just broke. */
        UNPROVEN,
        /** The one attempt runs. */
        PROBING,
        /** The last attempt succeeded. */
        REACHABLE,
        /** The last attempt failed. */
        REFUSING
    }

    static final Reachability START = new Reachability(Phase.UNPROVEN, 0, 0, 0);

    /** Whether an attempt may begin. */
    boolean mayDial(long now) {
        return switch (phase) {
            case UNPROVEN, REACHABLE -> true;
            case PROBING -> false;
            case REFUSING -> now - notBefore >= 0;
        };
    }

    /** An attempt begins. */
    Reachability dialing() {
        return phase == Phase.REACHABLE ? this : new Reachability(Phase.PROBING, notBefore, deadlines, skippedUntil);
    }

    /** An attempt succeeded. */
    Reachability dialed() {
        return new Reachability(Phase.REACHABLE, 0, deadlines, skippedUntil);
    }

    /** An attempt that began at {@code startedAt} failed; {@code jitter} from 0 to 1 spreads clients by up to a fifth. */
    Reachability failed(long startedAt, double jitter) {
        long next = startedAt + RETRY_NANOS + (long) (jitter * 0.2 * RETRY_NANOS);
        return new Reachability(Phase.REFUSING, next, deadlines, skippedUntil);
    }

    /**
     * A working connection broke that was dialled at {@code dialledAt}. One that did not live for a second counts as a failed attempt: a
     * proxy or a server that answers once and then cuts off is not dialled in a tight loop.
     */
    Reachability lost(long dialledAt, long now, double jitter) {
        if (phase != Phase.REACHABLE) {
            return this;
        }
        return now - dialledAt < RETRY_NANOS
                ? failed(dialledAt, jitter)
                : new Reachability(Phase.UNPROVEN, 0, deadlines, skippedUntil);
    }

    /** A call was answered. */
    Reachability answered() {
        return deadlines == 0 ? this : new Reachability(phase, notBefore, 0, 0);
    }

    /** A call ran into its deadline. */
    Reachability timedOut(long now) {
        return new Reachability(phase, notBefore, deadlines + 1, now + SKIP_NANOS);
    }

    /** Whether others are to be preferred now. */
    boolean skipped(long now) {
        return deadlines >= MAX_DEADLINES && now - skippedUntil < 0;
    }
}
