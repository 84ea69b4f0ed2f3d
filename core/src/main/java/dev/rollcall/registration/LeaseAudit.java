package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.LeaseTimeToLive;
import dev.rollcall.internal.Timer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.event.Level;

/**
 * Asks the store from time to time which keys live by our lease, and compares.
 *
 * <p>Finds what nothing else does: a lease that is renewed though the store dropped it, keys that others deleted or altered where there are too many to
 * watch each, and keys of ours that nobody claims because a write that was given up came late.
 */
final class LeaseAudit {

    private final RegistrarLoop loop;
    private final LeaseLoop lease;
    private final KeyAudit keys;
    private final Set<LeaseId> underWay = new HashSet<>();
    private Timer.Handle next = () -> {};
    private boolean running;
    private boolean wanted;
    private int failures;

    LeaseAudit(RegistrarLoop loop, LeaseLoop lease) {
        this.loop = loop;
        this.lease = lease;
        this.keys = new KeyAudit(loop, lease);
    }

    void start() {
        if (!running) {
            running = true;
            scheduleNext();
        }
    }

    void stop() {
        running = false;
        next.cancel();
        keys.stop();
    }

    /** Audits now; where an audit is under way already, once more after it. */
    void soon() {
        if (!running) {
            return;
        }
        if (!underWay.isEmpty()) {
            wanted = true;
            return;
        }
        wanted = false;
        lease.current().forEach(this::ask);
        scheduleNext();
    }

    private void scheduleNext() {
        if (!loop.settings.auditPeriod.isZero()) {
            schedule(loop.jittered(loop.settings.auditPeriod));
        }
    }

    private void schedule(long nanos) {
        next.cancel();
        next = loop.after(nanos, this::soon);
    }

    private void ask(LeaseId id) {
        Map<ClaimLoop, Long> believed = new LinkedHashMap<>();
        for (ClaimLoop claim : lease.claims()) {
            if (claim.standsUnder(id)) {
                believed.put(claim, claim.modRevision());
            }
        }
        List<ClaimLoop> asking =
                lease.claims().stream().filter(ClaimLoop::isAsking).toList();
        underWay.add(id);
        loop.client
                .leases()
                .timeToLiveAsync(id)
                .whenComplete((answer, error) -> loop.serial.offer(() -> {
                    underWay.remove(id);
                    if (answer == null) {
                        EtcdException cause = KeyCalls.cause(error);
                        loop.trouble.failed("audit lease " + id, cause);
                        failures++;
                        if (running) {
                            schedule(loop.backoff(failures, Trouble.isRefusal(cause.code())));
                        }
                    } else {
                        failures = 0;
                        loop.trouble.worked();
                        compare(answer, believed);
                        asking.forEach(claim -> claim.feed(answered(answer)));
                    }
                    if (wanted && underWay.isEmpty()) {
                        soon();
                    }
                }));
    }

    /** To those only who asked before the store was asked. */
    private static ClaimEvent answered(LeaseTimeToLive answer) {
        return answer.alive() ? new ClaimEvent.LeaseLives(answer.id()) : new ClaimEvent.Forfeited(answer.id());
    }

    private void compare(LeaseTimeToLive answer, Map<ClaimLoop, Long> believed) {
        if (!answer.alive()) {
            if (lease.isHeld(answer.id()) && !believed.isEmpty()) {
                loop.auditDiffered(answer.id(), believed.size());
            }
            lease.lost(answer.id(), "an audit found it gone");
            return;
        }
        Set<Bytes> there = new HashSet<>(answer.keys());
        List<Bytes> unclaimed = there.stream().filter(key -> !lease.claims(key)).toList();
        Map<ClaimLoop, Long> missed = new LinkedHashMap<>(believed);
        missed.keySet().removeIf(claim -> there.contains(claim.key()));
        missed.entrySet()
                .removeIf(each ->
                        !each.getKey().standsUnder(answer.id()) || each.getKey().modRevision() != each.getValue());
        loop.auditMissed(answer.id(), missed);
        unclaimed.forEach(key -> sweep(key, answer.id()));
        keys.begin();
    }

    /** A key of ours that nobody claims: read it, and delete it if it is still so. */
    private void sweep(Bytes key, LeaseId id) {
        loop.calls.make(KeyCall.read(key, answer -> {
            if (answer instanceof KeyAnswer.Shown shown
                    && shown.kv() != null
                    && shown.kv().lease().equals(id)
                    && !lease.claims(key)) {
                loop.log.lease(Level.INFO, "deleting {}, which a write that came late left under lease {}", key, id);
                loop.calls.make(
                        KeyCall.delete(key, Standing.of(shown.kv().modRevision(), id, Bytes.EMPTY), done -> {}));
            }
        }));
    }
}
