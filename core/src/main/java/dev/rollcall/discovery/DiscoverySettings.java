package dev.rollcall.discovery;

import dev.rollcall.observe.Observer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How discovery works; immutable, each method returns a changed copy.
 *
 * @param leaseTime the usual lease time of the instances that are looked at; the guard holds losses for it and 5 s more
 * @param startBound how long {@link Discovery#view} waits for the first snapshot; zero for not at all
 * @param listenerExecutor where listeners are called; a small pool of ours where it is empty
 * @param options how views show losses unless told otherwise
 * @param observer told what goes on inside, on the executor for listeners
 */
public record DiscoverySettings(
        Duration leaseTime,
        Duration startBound,
        Optional<Executor> listenerExecutor,
        ViewOptions options,
        Observer observer) {

    /** Leases of 3 s, 5 s for the first snapshot, listeners on a pool of ours. */
    public static final DiscoverySettings DEFAULTS = new DiscoverySettings(
            Duration.ofSeconds(3), Duration.ofSeconds(5), Optional.empty(), ViewOptions.DEFAULTS, Observer.none());

    private static final Duration HOLD_BEYOND_LEASE = Duration.ofSeconds(5);

    /** Checks the bounds. */
    public DiscoverySettings {
        if (leaseTime.isNegative() || leaseTime.isZero()) {
            throw new IllegalArgumentException("a lease time is longer than 0, not " + leaseTime);
        }
        if (startBound.isNegative()) {
            throw new IllegalArgumentException("a bound is 0 or longer, not " + startBound);
        }
    }

    /** With another lease time. */
    public DiscoverySettings withLeaseTime(Duration time) {
        return new DiscoverySettings(time, startBound, listenerExecutor, options, observer);
    }

    /** With another bound for the first snapshot. */
    public DiscoverySettings withStartBound(Duration bound) {
        return new DiscoverySettings(leaseTime, bound, listenerExecutor, options, observer);
    }

    /** With listeners called on an executor of the user's, which stays the user's to close. */
    public DiscoverySettings withListenerExecutor(Executor executor) {
        return new DiscoverySettings(leaseTime, startBound, Optional.of(executor), options, observer);
    }

    /** With other options for views. */
    public DiscoverySettings withOptions(ViewOptions defaults) {
        return new DiscoverySettings(leaseTime, startBound, listenerExecutor, defaults, observer);
    }

    /** With somebody who is told what goes on inside. */
    public DiscoverySettings withObserver(Observer watching) {
        return new DiscoverySettings(leaseTime, startBound, listenerExecutor, options, watching);
    }

    GuardRules rules(ViewOptions view) {
        return new GuardRules(
                view.guarded(),
                leaseTime.toNanos(),
                leaseTime.plus(HOLD_BEYOND_LEASE).toNanos(),
                view.expiryGrace().toNanos());
    }
}
