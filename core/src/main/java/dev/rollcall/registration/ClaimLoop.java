package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.internal.Timer;
import dev.rollcall.registration.KeyClaim.End;
import dev.rollcall.registration.KeyClaim.Phase;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what a {@link KeyClaim} decides for one registration. On the registrar's serial executor, but for what says otherwise. */
final class ClaimLoop {

    private static final List<Duration> LATE_WRITES = List.of(Duration.ofSeconds(2), Duration.ofSeconds(10));

    private final RegistrarLoop loop;
    private final HeldRegistration owner;
    private final Bytes key;
    private final RegistrationOptions options;
    private final KeyWatch watch;
    private volatile KeyClaim claim;
    private volatile @Nullable LeaseLoop lease;
    private Timer.Handle timer = () -> {};
    private boolean unanswered;
    private boolean refused;

    ClaimLoop(RegistrarLoop loop, HeldRegistration owner, Bytes key, Bytes wanted, RegistrationOptions options) {
        this.loop = loop;
        this.owner = owner;
        this.key = key;
        this.options = options;
        this.watch = new KeyWatch(loop, key, this);
        this.claim = KeyClaim.of(wanted, options.onConflict(), options.onDelete(), loop.time.nanos());
    }

    /** Begins, unless its owner left before. */
    void start() {
        if (claim.phase() != Phase.ENDED) {
            LeaseLoop shared = loop.lease(options.leaseTime());
            lease = shared;
            shared.join(this);
        }
    }

    Bytes key() {
        return key;
    }

    /** What is known and wanted now. From any thread. */
    KeyClaim claim() {
        return claim;
    }

    /** How long the lease of the key surely lives, in nanoseconds; 0 where nobody knows. From any thread. */
    long surely() {
        LeaseLoop shared = lease;
        return shared == null ? 0 : shared.surely(claim.known().lease());
    }

    /** Whether the lease of the key was renewed again after it was suspect, and that is not believed yet. From any thread. */
    boolean isUnconfirmed() {
        LeaseLoop shared = lease;
        return shared != null && shared.isUnconfirmed(claim.known().lease());
    }

    boolean isLeaving() {
        return claim.isLeaving();
    }

    boolean isAsking() {
        return claim.phase() == Phase.ASKING;
    }

    boolean dependsOn(LeaseId which) {
        return claim.dependsOn(which);
    }

    boolean standsUnder(LeaseId which) {
        return stands() && claim.known().lease().equals(which);
    }

    boolean stands() {
        return claim.phase() == Phase.HELD;
    }

    long modRevision() {
        return claim.known().modRevision();
    }

    /** The lease's health changed. */
    void refresh() {
        owner.moved();
    }

    void seen(long asOf, @Nullable KeyValue kv) {
        feed(new ClaimEvent.Seen(loop.sight(asOf, kv, owner.instance())));
    }

    /** Tells the claim, and does what it decides. */
    void feed(ClaimEvent event) {
        KeyClaim before = claim;
        if (before.phase() == Phase.ENDED) {
            return;
        }
        KeyClaim.Step step = before.step(event, loop.time.nanos());
        claim = step.state();
        loop.log.step(owner.instance().identity(), key, before, claim);
        step.actions().forEach(this::run);
        watch.follow(claim);
        owner.moved();
        LeaseLoop shared = lease;
        if (claim.phase() == Phase.ENDED) {
            timer.cancel();
            owner.ended();
            if (claim.end() == End.LEFT && claim.wasPresent()) {
                loop.left(owner);
            }
            if (shared != null) {
                shared.leave(this);
                sweepLater(shared);
            }
        } else if (shared != null) {
            shared.checkVacancy();
        }
    }

    /** Lets the lease end, where nobody needs it but those who leave. */
    void releaseLease() {
        withLease(LeaseLoop::releaseIfAllLeave);
    }

    /** A write that was given up may be done yet, and then nobody claims its key: audits find it. */
    private void sweepLater(LeaseLoop shared) {
        if (unanswered) {
            LATE_WRITES.forEach(wait -> loop.after(wait.toNanos(), shared::auditSoon));
        }
    }

    /** The registrar is gone: nothing more is done. */
    void abandon() {
        timer.cancel();
        watch.close();
    }

    private void run(ClaimAction action) {
        if (action instanceof ClaimAction.Put put) {
            loop.calls.make(KeyCall.put(key, put, this::answered));
        } else if (action instanceof ClaimAction.Delete delete) {
            loop.calls.make(KeyCall.delete(key, delete.expected(), this::answered));
        } else if (action instanceof ClaimAction.Read) {
            loop.calls.make(KeyCall.read(key, this::answered));
        } else if (action instanceof ClaimAction.Wait wait) {
            retryAfter(wait.nanos());
        } else if (action instanceof ClaimAction.Retry retry) {
            timer.cancel();
            timer = loop.retries.join(retry.failures(), refused, () -> feed(new ClaimEvent.RetryDue()));
        } else if (action instanceof ClaimAction.ReportLost lost) {
            withLease(shared -> shared.lost(lost.lease(), "a put under it was refused"));
        } else if (action instanceof ClaimAction.AskLease) {
            withLease(LeaseLoop::auditSoon);
        }
    }

    private void withLease(Consumer<LeaseLoop> action) {
        LeaseLoop shared = lease;
        if (shared != null) {
            action.accept(shared);
        }
    }

    private void retryAfter(long nanos) {
        timer.cancel();
        timer = loop.after(nanos, () -> feed(new ClaimEvent.RetryDue()));
    }

    private void answered(KeyAnswer answer) {
        if (answer instanceof KeyAnswer.Done done) {
            boolean deleted = claim.phase() == Phase.DELETING;
            feed(deleted ? new ClaimEvent.Deleted(done.revision()) : new ClaimEvent.Written(done.revision()));
        } else if (answer instanceof KeyAnswer.Shown shown) {
            feed(new ClaimEvent.Found(loop.sight(shown.asOf(), shown.kv(), owner.instance())));
        } else if (answer instanceof KeyAnswer.Refused no) {
            ClaimEvent failure = failure(no.error().code());
            refused = failure instanceof ClaimEvent.Refused;
            unanswered |= failure instanceof ClaimEvent.Unanswered;
            feed(failure);
        }
    }

    private static ClaimEvent failure(EtcdError code) {
        return switch (code) {
            case LEASE_NOT_FOUND -> new ClaimEvent.NoLease();
            // What the client cannot name may have been done as well.
            case OUTCOME_UNKNOWN, INTERNAL, CLOSED, INTERRUPTED -> new ClaimEvent.Unanswered();
            default -> Trouble.isRefusal(code) ? new ClaimEvent.Refused() : new ClaimEvent.Failed();
        };
    }
}
