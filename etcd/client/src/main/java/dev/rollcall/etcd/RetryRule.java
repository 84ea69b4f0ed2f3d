package dev.rollcall.etcd;

import java.util.concurrent.TimeUnit;

/**
 * What follows a failed attempt of a call; pure.
 *
 * @param verdict whether to try again
 * @param code what to tell the user if not
 * @param delayNanos how long to wait before the next attempt
 */
record RetryRule(Verdict verdict, EtcdError code, long delayNanos) {

    /** What follows. */
    enum Verdict {
        /** The next attempt, on another member if there is one. */
        REPEAT,
        /** The next attempt, with a new token. */
        RENEW_TOKEN,
        /** The user is told. */
        GIVE_UP
    }

    private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** An election takes longer than a second: a member that has no leader has none 20 ms later. One that has a new leader says so otherwise. */
    private static final long FIRST_LEADERLESS_NANOS = TimeUnit.MILLISECONDS.toNanos(160);

    private static final long MAX_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MOST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** With more calls than one each is repeated less often, up to once a second, so that a sick store is asked seldom by a few together too. */
    private static final long DELAY_NANOS_PER_CALL = TimeUnit.MILLISECONDS.toNanos(350);

    /** So many new tokens a call may ask for. */
    static final int MAX_TOKENS = 3;

    /**
     * Decides.
     *
     * @param kind of the call
     * @param failure of the attempt
     * @param sent whether a byte of the request may have left this process
     * @param attempt its number, from 1
     * @param leftNanos the time left to the call
     * @param tokensLeft how many new tokens it may still ask for; 0 without credentials
     * @param repeating how many calls of the client are being repeated, with this one
     * @param jitter from 0 to 1
     */
    static RetryRule after(
            Call.Kind kind,
            Errors.Failure failure,
            boolean sent,
            int attempt,
            long leftNanos,
            int tokensLeft,
            int repeating,
            double jitter) {
        boolean notDone = !sent || failure.notDone();
        boolean open = isAmbiguous(failure.code());
        EtcdError told = open && !notDone && !kind.mayRepeat() ? EtcdError.OUTCOME_UNKNOWN : failure.code();
        boolean leaderless = failure.code() == EtcdError.NO_LEADER && failure.notDone();
        long delay = delay(leaderless ? FIRST_LEADERLESS_NANOS : FIRST_DELAY_NANOS, attempt, repeating, jitter);
        if (failure.tokenRejected() && kind != Call.Kind.AUTHENTICATE && tokensLeft > 0) {
            return new RetryRule(Verdict.RENEW_TOKEN, told, 0);
        }
        boolean repeat = failure.code().isTransient() && (notDone || kind.mayRepeat()) && leftNanos > delay;
        return repeat ? new RetryRule(Verdict.REPEAT, told, delay) : new RetryRule(Verdict.GIVE_UP, told, 0);
    }

    /** Whether a write that ends so may have been done, unless the member said that it did nothing. */
    private static boolean isAmbiguous(EtcdError code) {
        return switch (code) {
            case NO_LEADER, OVERLOADED, UNAVAILABLE, TIMEOUT, INTERNAL, TLS -> true;
            default -> false;
        };
    }

    /** At once on the first failure, then the first delay, twice that, and so on to 500 ms, or 1 s where three calls or more are repeated; spread by a half. */
    private static long delay(long first, int attempt, int repeating, double jitter) {
        if (attempt <= 1) {
            return 0;
        }
        long most = Math.min(MOST_DELAY_NANOS, Math.max(MAX_DELAY_NANOS, DELAY_NANOS_PER_CALL * repeating));
        long full = Math.min(most, first << Math.min(attempt - 2, 10));
        return full / 2 + (long) (jitter * full / 2);
    }
}
