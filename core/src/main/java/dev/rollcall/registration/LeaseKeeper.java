package dev.rollcall.registration;

import dev.rollcall.etcd.LeaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Decides what becomes of the one lease under which all registrations of a lease time live.
 *
 * <p>Pure: {@link #step} knows only the state, the event and the time. The renewals themselves are the client's; this decides what their results mean.
 *
 * <pre>
 *            needed            granted             doubted
 *   IDLE ------------> GRANTING --------> HELD -------------> SUSPECT
 *    ^                  |    ^             |  <-------------    |
 *    |           failed |    | retry       |     renewed        |
 *    | released         v    |             |                    |
 *    +---------------- PAUSED              +-- lost --> GRANTING (PAUSED, when it was lost within a second of its grant)
 *      (from any)                                     closed (from any) --> CLOSED
 * </pre>
 *
 * <p>The swap runs beside it. A renewal acknowledged in a higher raft term than the lease was granted in means that there was an election, and the old
 * leader, once it is back, may revoke leases that were renewed without it. So a spare lease is granted; when it comes, it is offered to the claims, the
 * lease before becomes {@code outgoing} and stays alive until no key lives by it, and then is revoked. So it is too where the term fell, or the store is
 * known to have gone back otherwise: nobody knows in which of its new terms the lease came back.
 *
 * @param phase where the lease is
 * @param lease the lease to write under; {@link LeaseId#NONE} outside {@code HELD} and {@code SUSPECT}
 * @param term the raft term it was granted in; below all terms once the store went back with it
 * @param grantedAt when it was granted, in nanoseconds
 * @param outgoing the lease that keys are being moved away from, or {@link LeaseId#NONE}
 * @param granting whether a grant is under way
 * @param seenTerm the highest raft term seen since the last grant, or since the store went back
 * @param failures grants that failed, or leases that were lost at once, in a row
 */
record LeaseKeeper(
        Phase phase,
        LeaseId lease,
        long term,
        long grantedAt,
        LeaseId outgoing,
        boolean granting,
        long seenTerm,
        int failures) {

    /** Where the lease is. */
    enum Phase {
        /** Nobody needs a lease, and there is none. */
        IDLE,
        /** The store was asked for one. */
        GRANTING,
        /** The store will be asked again in a while. */
        PAUSED,
        /** There is one, and it is known to live. */
        HELD,
        /** There was one, and nobody knows. Renewals go on; nothing is written under it. */
        SUSPECT,
        /** The registrar is closed. Final. */
        CLOSED
    }

    /** The state after an event, and what is to be done. */
    record Step(LeaseKeeper state, List<LeaseAction> actions) {}

    private static final long UNKNOWN = -1;

    /** A lease that was lost sooner than this after its grant is not replaced at once. */
    static final long SHORT_LIFE = TimeUnit.SECONDS.toNanos(1);

    /** The beginning. */
    static LeaseKeeper idle() {
        return new LeaseKeeper(Phase.IDLE, LeaseId.NONE, 0, 0, LeaseId.NONE, false, 0, 0);
    }

    /** Decides. */
    Step step(LeaseEvent event, long now) {
        Draft next = new Draft(this);
        if (event instanceof LeaseEvent.Granted granted) {
            next.granted(granted, now);
        } else if (phase == Phase.CLOSED) {
            return new Step(this, List.of());
        } else if (event instanceof LeaseEvent.Needed) {
            next.needed();
        } else if (event instanceof LeaseEvent.Released) {
            next.release(Phase.IDLE);
        } else if (event instanceof LeaseEvent.Closed) {
            next.release(Phase.CLOSED);
        } else if (event instanceof LeaseEvent.GrantFailed) {
            next.grantFailed();
        } else if (event instanceof LeaseEvent.RetryDue) {
            next.retry();
        } else if (event instanceof LeaseEvent.Renewed renewed) {
            next.renewed(renewed);
        } else if (event instanceof LeaseEvent.WentBack) {
            next.wentBack();
        } else if (event instanceof LeaseEvent.Doubted doubted) {
            next.doubted(doubted.lease());
        } else if (event instanceof LeaseEvent.Lost lost) {
            next.lost(lost.lease(), now);
        } else if (event instanceof LeaseEvent.Vacated vacated) {
            next.vacated(vacated.lease());
        }
        return next.finish();
    }

    /** The state in the making. */
    private static final class Draft {

        private final List<LeaseAction> actions = new ArrayList<>();
        private Phase phase;
        private LeaseId lease;
        private long term;
        private long grantedAt;
        private LeaseId outgoing;
        private boolean granting;
        private long seenTerm;
        private int failures;

        Draft(LeaseKeeper from) {
            phase = from.phase;
            lease = from.lease;
            term = from.term;
            grantedAt = from.grantedAt;
            outgoing = from.outgoing;
            granting = from.granting;
            seenTerm = from.seenTerm;
            failures = from.failures;
        }

        Step finish() {
            return new Step(
                    new LeaseKeeper(phase, lease, term, grantedAt, outgoing, granting, seenTerm, failures),
                    List.copyOf(actions));
        }

        void needed() {
            if (phase == Phase.IDLE) {
                phase = Phase.GRANTING;
                grant();
            }
        }

        /** A grant that is under way already serves as well. */
        private void grant() {
            if (!granting) {
                granting = true;
                actions.add(new LeaseAction.Grant());
            }
        }

        void granted(LeaseEvent.Granted answer, long now) {
            granting = false;
            // What was seen before does not count: the store may have been wiped, and its terms begin anew.
            seenTerm = answer.term();
            if (phase == Phase.IDLE || phase == Phase.CLOSED) {
                actions.add(new LeaseAction.Revoke(answer.lease()));
                return;
            }
            if (!lease.isNone()) {
                outgoing = lease;
                failures = 0;
            }
            lease = answer.lease();
            term = answer.term();
            grantedAt = now;
            phase = Phase.HELD;
            actions.add(new LeaseAction.Keep(lease));
            actions.add(new LeaseAction.Offer(lease));
        }

        void grantFailed() {
            granting = false;
            if (phase == Phase.IDLE) {
                return;
            }
            failures++;
            if (phase == Phase.GRANTING) {
                phase = Phase.PAUSED;
            }
            actions.add(new LeaseAction.Retry(failures));
        }

        void retry() {
            if (phase == Phase.PAUSED) {
                phase = Phase.GRANTING;
                grant();
            } else {
                swapIfElected();
            }
        }

        void renewed(LeaseEvent.Renewed answer) {
            boolean current = answer.lease().equals(lease);
            if (current && answer.term() < term) {
                // The store was put back to when the lease lived, and may have had elections since that nobody here
                // saw.
                term = UNKNOWN;
                seenTerm = answer.term();
            }
            seenTerm = Math.max(seenTerm, answer.term());
            if (current) {
                if (phase == Phase.SUSPECT) {
                    phase = Phase.HELD;
                    actions.add(new LeaseAction.Offer(lease));
                    actions.add(new LeaseAction.Audit(lease));
                }
                swapIfElected();
            }
        }

        /** Where the lease lives on, the elections of the store may have come to the very term that it was granted in. */
        void wentBack() {
            if (!lease.isNone()) {
                term = UNKNOWN;
                swapIfElected();
            }
        }

        private void swapIfElected() {
            if (phase == Phase.HELD && seenTerm > term && outgoing.isNone()) {
                grant();
            }
        }

        void doubted(LeaseId which) {
            if (phase == Phase.HELD && which.equals(lease)) {
                phase = Phase.SUSPECT;
                actions.add(new LeaseAction.Offer(LeaseId.NONE));
            }
        }

        void lost(LeaseId which, long now) {
            if (which.isNone()) {
                return;
            }
            if (which.equals(outgoing)) {
                outgoing = LeaseId.NONE;
                actions.add(new LeaseAction.Forfeit(which));
                swapIfElected();
            } else if (which.equals(lease)) {
                actions.add(new LeaseAction.Forfeit(which));
                lease = LeaseId.NONE;
                replace(now);
            }
        }

        private void replace(long now) {
            if (now - grantedAt >= SHORT_LIFE) {
                failures = 0;
                phase = Phase.GRANTING;
                grant();
            } else if (granting) {
                phase = Phase.GRANTING;
            } else {
                failures++;
                phase = Phase.PAUSED;
                actions.add(new LeaseAction.Retry(failures));
            }
        }

        void vacated(LeaseId which) {
            if (!which.isNone() && which.equals(outgoing)) {
                outgoing = LeaseId.NONE;
                actions.add(new LeaseAction.Revoke(which));
                swapIfElected();
            }
        }

        void release(Phase end) {
            phase = end;
            failures = 0;
            for (LeaseId ended : List.of(lease, outgoing)) {
                if (!ended.isNone()) {
                    actions.add(new LeaseAction.Revoke(ended));
                }
            }
            lease = LeaseId.NONE;
            outgoing = LeaseId.NONE;
        }
    }
}
