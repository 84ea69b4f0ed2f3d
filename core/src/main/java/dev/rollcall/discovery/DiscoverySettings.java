package dev.rollcall.discovery;

import dev.rollcall.observe.Observer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How discovery works; immutable, each method returns a changed copy.
 *
 * @param leaseTime the usual lease time of the instances that are looked at; the guard holds losses for it and 5 s more
 * @param startBound how long {@link Discovery#view} waits for the first snapshot; zero for not at all
 * @param staleAfter how old the last proof of a view may be before it is {@link Freshness#STALE} though its stream looks open; at least 1 s
 * @param auditPeriod how often a view is compared with the store, give or take a fifth; zero for never, else at least 1 s
 * @param listenerExecutor where listeners are called; a small pool of ours where it is empty
 * @param options how views show losses unless told otherwise
 * @param observer told what goes on inside, on the executor for listeners
 * @param diskView where views are kept on disk; nowhere by default
 */
public record DiscoverySettings(
        Duration leaseTime,
        Duration startBound,
        Duration staleAfter,
        Duration auditPeriod,
        Optional<Executor> listenerExecutor,
        ViewOptions options,
        Observer observer,
        Optional<DiskViewSettings> diskView) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Leases of 3 s, 5 s for the first snapshot, stale after 15 s without a proof, an audit every 60 s, listeners on a pool of ours. */
    public static final DiscoverySettings DEFAULTS = new DiscoverySettings(
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Optional.empty(),
            ViewOptions.DEFAULTS,
            Observer.none(),
            Optional.empty());

    private static final Duration HOLD_BEYOND_LEASE = Duration.ofSeconds(5);

    /** Checks the bounds. */
    public DiscoverySettings {
        if (leaseTime.isNegative() || leaseTime.isZero()) {
            throw new IllegalArgumentException("a lease time is longer than 0, not " + leaseTime);
        }
        if (startBound.isNegative()) {
            throw new IllegalArgumentException("a bound is 0 or longer, not " + startBound);
        }
        if (staleAfter.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("a view is stale after 1 s or longer, not " + staleAfter);
        }
        if (!auditPeriod.isZero() && auditPeriod.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "an audit is 1 s or longer after another, or 0 for none, not " + auditPeriod);
        }
    }

    /** With another lease time. */
    public DiscoverySettings withLeaseTime(Duration time) {
        return new DiscoverySettings(
                time, startBound, staleAfter, auditPeriod, listenerExecutor, options, observer, diskView);
    }

    /** With another bound for the first snapshot. */
    public DiscoverySettings withStartBound(Duration bound) {
        return new DiscoverySettings(
                leaseTime, bound, staleAfter, auditPeriod, listenerExecutor, options, observer, diskView);
    }

    /**
     * With another age at which the last proof is too old. A healthy store proves a view at least as often as
     * {@link dev.rollcall.etcd.EtcdClientBuilder#watchSilence} says, 5 s by default.
     */
    public DiscoverySettings withStaleAfter(Duration age) {
        return new DiscoverySettings(
                leaseTime, startBound, age, auditPeriod, listenerExecutor, options, observer, diskView);
    }

    /** With another time between two audits of a view; zero for no audits. */
    public DiscoverySettings withAuditPeriod(Duration period) {
        return new DiscoverySettings(
                leaseTime, startBound, staleAfter, period, listenerExecutor, options, observer, diskView);
    }

    /** With listeners called on an executor of the user's, which stays the user's to close. */
    public DiscoverySettings withListenerExecutor(Executor executor) {
        return new DiscoverySettings(
                leaseTime, startBound, staleAfter, auditPeriod, Optional.of(executor), options, observer, diskView);
    }

    /** With other options for views. */
    public DiscoverySettings withOptions(ViewOptions defaults) {
        return new DiscoverySettings(
                leaseTime, startBound, staleAfter, auditPeriod, listenerExecutor, defaults, observer, diskView);
    }

    /** With somebody who is told what goes on inside. */
    public DiscoverySettings withObserver(Observer watching) {
        return new DiscoverySettings(
                leaseTime, startBound, staleAfter, auditPeriod, listenerExecutor, options, watching, diskView);
    }

    /** As {@link #withDiskView(DiskViewSettings)}, for views of the last {@link DiskViewSettings#DEFAULT_MAX_AGE week}. */
    public DiscoverySettings withDiskView(Path dir) {
        return withDiskView(new DiskViewSettings(dir, DiskViewSettings.DEFAULT_MAX_AGE));
    }

    /**
     * With views that are kept on disk, and begin with what is there while the store is away: {@link Freshness#SEEDED}. A change is on disk after
     * about 5 s, and at close. What is damaged, too old or not to be read is ignored with a warning. Overlays are kept, followers are not.
     */
    public DiscoverySettings withDiskView(DiskViewSettings kept) {
        return new DiscoverySettings(
                leaseTime, startBound, staleAfter, auditPeriod, listenerExecutor, options, observer, Optional.of(kept));
    }

    GuardRules guard(ViewOptions view) {
        return new GuardRules(
                view.guarded(),
                leaseTime.toNanos(),
                leaseTime.plus(HOLD_BEYOND_LEASE).toNanos(),
                view.expiryGrace().toNanos());
    }

    ProofRules proof() {
        return new ProofRules(staleAfter.toNanos(), auditPeriod.toNanos());
    }
}
