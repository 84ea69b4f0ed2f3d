package dev.rollcall.registration;

import dev.rollcall.etcd.KeepAlive;
import java.util.concurrent.TimeUnit;

/**
 * A lease that is kept alive, and how long it surely lives.
 *
 * <p>The client counts a lease's first time from the moment it was told to keep it; the store counts from the grant, which lies before. So until a renewal
 * is acknowledged, the time that the grant took is taken off.
 */
final class KeptLease {

    private static final long CLOCK_GRAIN = TimeUnit.MILLISECONDS.toNanos(1);

    final KeepAlive keepAlive;
    private final long keptSince;
    private final long grantTook;
    private volatile boolean renewed;

    /**
     * @param keptSince when the keeping began, in nanoseconds
     * @param grantTook how long before that the grant was asked for
     */
    KeptLease(KeepAlive keepAlive, long keptSince, long grantTook) {
        this.keepAlive = keepAlive;
        this.keptSince = keptSince;
        this.grantTook = grantTook;
    }

    /** How long the lease surely lives on from now, in nanoseconds; 0 or less where nobody knows. */
    long surely(long now) {
        if (keepAlive.state() != KeepAlive.State.HELD) {
            return 0;
        }
        long remaining = keepAlive.remaining().toNanos();
        if (!renewed && now + remaining - keepAlive.ttl().toNanos() - keptSince > CLOCK_GRAIN) {
            renewed = true;
        }
        return renewed ? remaining : remaining - grantTook;
    }
}
