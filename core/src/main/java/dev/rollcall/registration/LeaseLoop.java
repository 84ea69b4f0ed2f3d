package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.internal.Timer;
import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Does what a {@link LeaseKeeper} decides, for all claims of one lease time. On the registrar's serial executor, but for {@link #surely}. */
final class LeaseLoop {

    private static final Logger log = LoggerFactory.getLogger(LeaseLoop.class);

    /** Where one lease is lost many may be, in many processes: they do not all come back in the same moment. */
    private static final Duration SPREAD = Duration.ofMillis(500);

    private final RegistrarLoop loop;
    private final Duration leaseTime;
    private final LeaseAudit audit;
    private final Map<Bytes, ClaimLoop> claims = new LinkedHashMap<>();
    private final Map<LeaseId, KeepAlive> kept = new ConcurrentHashMap<>();
    private final Map<LeaseId, LeaseProof> proofs = new ConcurrentHashMap<>();
    private final Map<LeaseId, LeaseGrant> granted = new HashMap<>();
    private final Map<LeaseId, CompletableFuture<Void>> revocations = new HashMap<>();
    private CompletableFuture<Void> grantAnswered = CompletableFuture.completedFuture(null);
    private LeaseKeeper keeper = LeaseKeeper.idle();
    private LeaseId offered = LeaseId.NONE;
    private Timer.Handle retry = () -> {};
    private boolean refused;
    private boolean replacing;
    private boolean checking;

    LeaseLoop(RegistrarLoop loop, Duration leaseTime) {
        this.loop = loop;
        this.leaseTime = leaseTime;
        this.audit = new LeaseAudit(loop, this);
    }

    /** Takes a claim in, and gives it a lease as soon as there is one. */
    void join(ClaimLoop claim) {
        claims.put(claim.key(), claim);
        feed(new LeaseEvent.Needed());
        claim.feed(new ClaimEvent.Offered(offered));
    }

    /** Lets a claim go. The last one ends the lease. */
    void leave(ClaimLoop claim) {
        claims.remove(claim.key(), claim);
        if (claims.isEmpty()) {
            audit.stop();
            feed(new LeaseEvent.Released());
        } else {
            checkVacancy();
        }
    }

    /** Ends the lease where nothing but claims that are leaving live by it: its end deletes what they could not. */
    void releaseIfAllLeave() {
        if (claims.values().stream().allMatch(ClaimLoop::isLeaving)) {
            audit.stop();
            feed(new LeaseEvent.Released());
        }
    }

    Collection<ClaimLoop> claims() {
        return List.copyOf(claims.values());
    }

    boolean claims(Bytes key) {
        return claims.containsKey(key);
    }

    /** Ends the lease for good. */
    CompletableFuture<Void> close() {
        audit.stop();
        retry.cancel();
        feed(new LeaseEvent.Closed());
        // A grant under way brings a lease that nobody wants any more: it is revoked as soon as its number is known.
        return grantAnswered.thenCompose(
                nothing -> CompletableFuture.allOf(revocations.values().toArray(CompletableFuture<?>[]::new)));
    }

    /** How long a lease surely lives, in nanoseconds; 0 where nobody knows. From any thread. */
    long surely(LeaseId lease) {
        KeepAlive known = kept.get(lease);
        LeaseProof proof = proofs.get(lease);
        if (known == null || proof == null) {
            return 0;
        }
        long remaining = known.remaining().toNanos();
        return proof.isOpen(known.lapses()) ? 0 : remaining;
    }

    /** Whether a lease was renewed again after it was suspect, and that is not believed yet. From any thread. */
    boolean isUnconfirmed(LeaseId lease) {
        KeepAlive known = kept.get(lease);
        LeaseProof proof = proofs.get(lease);
        return known != null && proof != null && known.state() == KeepAlive.State.HELD && proof.isOpen(known.lapses());
    }

    /** Whether the client believes that a lease lives. From any thread. */
    boolean isHeld(LeaseId lease) {
        KeepAlive known = kept.get(lease);
        return known != null && known.state() == KeepAlive.State.HELD;
    }

    void auditSoon() {
        audit.soon();
    }

    void storeWentBack() {
        claims().forEach(claim -> claim.feed(new ClaimEvent.WentBack()));
        feed(new LeaseEvent.WentBack());
        audit.soon();
    }

    /** The leases that keys may live by now. */
    List<LeaseId> current() {
        List<LeaseId> both = new ArrayList<>();
        if (!keeper.lease().isNone()) {
            both.add(keeper.lease());
        }
        if (!keeper.outgoing().isNone()) {
            both.add(keeper.outgoing());
        }
        return both;
    }

    void feed(LeaseEvent event) {
        LeaseId outgoing = keeper.outgoing();
        LeaseKeeper.Step step = keeper.step(event, loop.time.nanos());
        keeper = step.state();
        if (!keeper.outgoing().isNone() && !keeper.outgoing().equals(outgoing)) {
            loop.observed(new Observation.LeaseSwapped(keeper.outgoing(), keeper.lease(), claims.size()));
        }
        step.actions().forEach(this::run);
    }

    private void run(LeaseAction action) {
        if (action instanceof LeaseAction.Grant) {
            grant();
        } else if (action instanceof LeaseAction.Retry again) {
            retry.cancel();
            retry = loop.after(loop.backoff(again.failures(), refused), () -> feed(new LeaseEvent.RetryDue()));
        } else if (action instanceof LeaseAction.Keep keep) {
            keep(keep.lease());
        } else if (action instanceof LeaseAction.Offer offer) {
            offered = offer.lease();
            claims().forEach(claim -> claim.feed(new ClaimEvent.Offered(offer.lease())));
            checkVacancy();
        } else if (action instanceof LeaseAction.Forfeit forfeit) {
            forfeit(forfeit.lease());
        } else if (action instanceof LeaseAction.Revoke revoke) {
            revoke(revoke.lease());
        } else if (action instanceof LeaseAction.Audit) {
            audit.soon();
        }
    }

    private void grant() {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        grantAnswered = answered;
        if (replacing) {
            loop.after(loop.spread(SPREAD), () -> grant(answered));
        } else {
            grant(answered);
        }
    }

    private void grant(CompletableFuture<Void> answered) {
        if (keeper.phase() == LeaseKeeper.Phase.CLOSED || keeper.phase() == LeaseKeeper.Phase.IDLE) {
            feed(new LeaseEvent.GrantFailed());
            answered.complete(null);
            return;
        }
        loop.client
                .leases()
                .grantAsync(leaseTime)
                .whenComplete((grant, error) -> loop.serial.offer(() -> {
                    if (grant == null) {
                        EtcdException cause = KeyCalls.cause(error);
                        loop.trouble.failed("get a lease of " + leaseTime.toSeconds() + " s", cause);
                        refused = Trouble.isRefusal(cause.code());
                        feed(new LeaseEvent.GrantFailed());
                        answered.complete(null);
                        return;
                    }
                    loop.trouble.worked();
                    loop.ours(grant.id());
                    granted.put(grant.id(), grant);
                    feed(new LeaseEvent.Granted(grant.id(), grant.header().raftTerm()));
                    granted.remove(grant.id());
                    answered.complete(null);
                }));
    }

    private void keep(LeaseId lease) {
        LeaseGrant grant = granted.get(lease);
        if (grant == null) {
            return;
        }
        KeepAlive keepAlive = loop.client
                .leases()
                .keepAlive(
                        grant,
                        (handle, state, header) ->
                                loop.serial.offer(() -> heard(handle.lease(), state, header.raftTerm())));
        long third = grant.ttl().toNanos() / 3;
        proofs.put(
                lease, new LeaseProof(then -> askTerm(lease, 0, then), task -> loop.after(third, task), this::refresh));
        kept.put(lease, keepAlive);
        audit.start();
        log.debug("lease {} of {} s is kept alive", lease, grant.ttl().toSeconds());
    }

    private void heard(LeaseId lease, KeepAlive.State state, long term) {
        LeaseProof proof = proofs.get(lease);
        if (proof == null) {
            return;
        }
        switch (state) {
            case HELD -> {
                proof.renewed(term);
                feed(new LeaseEvent.Renewed(lease, term));
            }
            case SUSPECT -> {
                proof.suspected();
                int under = livingBy(lease);
                loop.log.lease(
                        Level.WARN,
                        "lease {} was not renewed in time; {} registrations may be lost to sight",
                        lease,
                        under);
                loop.observed(new Observation.RenewalLate(lease, under));
                feed(new LeaseEvent.Doubted(lease));
            }
            case LOST -> lost(lease, "the store does not know it any more");
            case CLOSED -> feed(new LeaseEvent.Doubted(lease));
        }
        refresh();
    }

    private void refresh() {
        claims().forEach(ClaimLoop::refresh);
    }

    /**
     * Reads until it is answered, or the lease is dropped; the last claim to leave drops it. A key that may not be read hides the term of no other: after
     * each failure another one is asked, those that stand first. Who may read none may write none either, for every write looks at its key.
     */
    private void askTerm(LeaseId lease, int failures, LongConsumer then) {
        if (!proofs.containsKey(lease) || claims.isEmpty()) {
            return;
        }
        List<ClaimLoop> inTurn = new ArrayList<>(claims.values());
        inTurn.sort(Comparator.comparing(ClaimLoop::stands).reversed());
        ClaimLoop asked = inTurn.get(failures % inTurn.size());
        loop.client
                .kv()
                .getAsync(Get.key(asked.key()).withoutValues())
                .whenComplete((result, error) -> loop.serial.offer(() -> {
                    if (result != null) {
                        loop.trouble.worked();
                        then.accept(result.header().raftTerm());
                        return;
                    }
                    EtcdException cause = KeyCalls.cause(error);
                    loop.trouble.failed("read beside lease " + lease, cause);
                    long wait = loop.backoff(failures + 1, Trouble.isRefusal(cause.code()));
                    loop.after(wait, () -> askTerm(lease, failures + 1, then));
                }));
    }

    /** The store says that a lease is gone. */
    void lost(LeaseId lease, String reason) {
        if (kept.containsKey(lease)) {
            int under = livingBy(lease);
            loop.log.lease(Level.WARN, "lease {} of {} registrations was lost: {}", lease, under, reason);
            loop.observed(new Observation.LeaseLost(lease, under));
            replacing = true;
            feed(new LeaseEvent.Lost(lease));
            replacing = false;
        }
    }

    /** How many registrations live by a lease: all by the one that is offered, and after a swap those that have not moved by the other. */
    private int livingBy(LeaseId lease) {
        return lease.equals(keeper.outgoing())
                ? (int) claims.values().stream()
                        .filter(claim -> claim.dependsOn(lease))
                        .count()
                : claims.size();
    }

    private void forfeit(LeaseId lease) {
        drop(lease);
        if (offered.equals(lease)) {
            offered = LeaseId.NONE;
        }
        claims().forEach(claim -> claim.feed(new ClaimEvent.Forfeited(lease)));
    }

    private void drop(LeaseId lease) {
        KeepAlive ended = kept.remove(lease);
        proofs.remove(lease);
        if (ended != null) {
            ended.close();
        }
    }

    private void revoke(LeaseId lease) {
        drop(lease);
        if (offered.equals(lease)) {
            offered = LeaseId.NONE;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        revocations.put(lease, done);
        revoke(lease, 1, loop.time.nanos() + leaseTime.toNanos(), done);
    }

    /** Tries until the lease has run out by itself. */
    private void revoke(LeaseId lease, int attempt, long until, CompletableFuture<Void> done) {
        loop.client
                .leases()
                .revokeAsync(lease)
                .whenComplete((header, error) -> loop.serial.offer(() -> {
                    EtcdException cause = error == null ? null : KeyCalls.cause(error);
                    boolean again = cause != null && cause.code().isTransient() && until - loop.time.nanos() > 0;
                    if (again) {
                        loop.after(loop.backoff(attempt, false), () -> revoke(lease, attempt + 1, until, done));
                        return;
                    }
                    revoked(lease, cause);
                    revocations.remove(lease);
                    done.complete(null);
                }));
    }

    private void revoked(LeaseId lease, @Nullable EtcdException cause) {
        if (cause == null || cause.code() == EtcdError.LEASE_NOT_FOUND) {
            log.debug("lease {} is revoked", lease);
        } else {
            loop.log.lease(
                    Level.INFO,
                    "lease {} could not be revoked and runs out by itself: {}",
                    lease,
                    String.valueOf(cause.getMessage()));
        }
        claims().forEach(claim -> claim.feed(new ClaimEvent.Forfeited(lease)));
    }

    /** After a swap: once no key lives by the lease before, it can go. Many answers cause one look. */
    void checkVacancy() {
        if (!keeper.outgoing().isNone() && !checking) {
            checking = loop.serial.offer(() -> {
                checking = false;
                LeaseId outgoing = keeper.outgoing();
                if (!outgoing.isNone() && claims.values().stream().noneMatch(claim -> claim.dependsOn(outgoing))) {
                    loop.log.lease(
                            Level.INFO,
                            "{} registrations moved from lease {} to {}",
                            claims.size(),
                            outgoing,
                            keeper.lease());
                    feed(new LeaseEvent.Vacated(outgoing));
                }
            });
        }
    }
}
