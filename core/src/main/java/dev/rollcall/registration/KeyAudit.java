package dev.rollcall.registration;

import dev.rollcall.etcd.KeyValue;
import dev.rollcall.internal.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads each key of ours and compares: finds a value that somebody wrote while our lease stayed on the key, which a list of the lease's keys does not show.
 * The revision alone does not tell: a store that was put back may have given it to another write.
 *
 * <p>One request at a time, for a hundred keys at most, spread over half of the time between two audits. On the registrar's serial executor.
 */
final class KeyAudit {

    private static final int BATCH = 100;

    private final RegistrarLoop loop;
    private final LeaseLoop lease;
    private final ArrayDeque<ClaimLoop> left = new ArrayDeque<>();
    private final Map<ClaimLoop, Long> different = new LinkedHashMap<>();
    private Timer.Handle next = () -> {};
    private long pace;
    private int unanswered;

    KeyAudit(RegistrarLoop loop, LeaseLoop lease) {
        this.loop = loop;
        this.lease = lease;
    }

    /** Goes through all keys that stand now; one round at a time. */
    void begin() {
        if (left.isEmpty() && unanswered == 0) {
            lease.claims().stream().filter(ClaimLoop::stands).forEach(left::add);
            int batches = (left.size() + BATCH - 1) / BATCH;
            pace = loop.settings.auditPeriod.toNanos() / 2 / Math.max(1, batches);
            proceed();
        }
    }

    void stop() {
        left.clear();
        next.cancel();
    }

    private void proceed() {
        List<ClaimLoop> batch = new ArrayList<>(BATCH);
        while (batch.size() < BATCH && !left.isEmpty()) {
            ClaimLoop claim = left.remove();
            if (claim.stands()) {
                batch.add(claim);
            }
        }
        unanswered = batch.size();
        batch.forEach(this::ask);
    }

    private void ask(ClaimLoop claim) {
        KeyClaim.Known believed = claim.claim().known();
        loop.calls.make(KeyCall.read(claim.key(), believed.value().size(), answer -> {
            if (answer instanceof KeyAnswer.Shown shown) {
                boolean unchanged = claim.stands() && claim.modRevision() == believed.modRevision();
                if (unchanged && !isAsBelieved(shown.kv(), believed)) {
                    different.put(claim, believed.modRevision());
                }
            } else {
                // The next audit begins anew; a store in trouble is not asked for the rest.
                left.clear();
            }
            if (--unanswered == 0) {
                batchAnswered();
            }
        }));
    }

    private static boolean isAsBelieved(@Nullable KeyValue kv, KeyClaim.Known believed) {
        return kv != null
                && kv.modRevision() == believed.modRevision()
                && kv.value().equals(believed.value());
    }

    private void batchAnswered() {
        if (!different.isEmpty()) {
            Map<ClaimLoop, Long> found = new LinkedHashMap<>(different);
            different.clear();
            loop.auditMissed(found.keySet().iterator().next().claim().known().lease(), found);
        }
        if (!left.isEmpty()) {
            next = loop.after(pace, this::proceed);
        }
    }
}
