package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done to keep one key as its owner wants it. Immutable and pure: {@link #step} knows only the state, the event and the time.
 *
 * <p>It compares what is wanted (a value under the offered lease, or no key) with what was last seen in the store, and does the one thing that brings the
 * two together. Every write is guarded by the revision that last changed the key as we know it, and by its lease: so a write that arrives late, twice, or after somebody
 * else's changes nothing, a leftover is taken over and a key is moved to another lease by the same means, and another owner's key is never touched.
 *
 * <pre>{@code
 *             lease offered               written
 *   AWAITING ---------------> WRITING ----------------> HELD <------ found in place --- READING
 *      ^                      ^  |  ^                    |                                ^
 *      |                retry |  |  +--------------------+ value or lease wanted,         | unanswered (from PAUSED),
 *      |                      |  |                       | deleted or spoiled by others   | doubted, or a poll of BLOCKED
 *      | the lease is         |  | failed                |
 *      | lost or withheld   PAUSED <---                  +-- deleted, not to be restored --> ASKING
 *      +-- (from any)            |                                                            |  |
 *                                | another owner                     the lease was lost: AWAITING  lives: ENDED
 *                                v
 *                             BLOCKED -- gone --> WRITING       (another owner, and not to be waited for: ENDED)
 *
 *   any -- leave --> LEAVING (farewell, unless it is refused) --> DELETING --> ENDED
 * }</pre>
 */
final class KeyClaim {

    /** Where the claim is. */
    enum Phase {
        /** There is no lease to write under. */
        AWAITING,
        /** The key is being read. */
        READING,
        /** The key is being put. */
        WRITING,
        /** The next attempt comes after a wait. */
        PAUSED,
        /** The key stands as it is wanted. */
        HELD,
        /** Another owner has the key; it will be taken when it is free. */
        BLOCKED,
        /** The key was deleted: by others, or with its lease? */
        ASKING,
        /** The farewell is being put. */
        LEAVING,
        /** The key is being deleted. */
        DELETING,
        /** Nothing is done any more. Final. */
        ENDED
    }

    /** What is known of the key. */
    enum Sight {
        /** Nothing: it must be read. */
        UNKNOWN,
        /** There is none. */
        ABSENT,
        /** It is ours. */
        OURS,
        /** It is not ours, and may be taken: a leftover, or spoiled by a writer without a lease. */
        TAKEABLE,
        /** It is another's. */
        TAKEN
    }

    /** Why it ended. */
    enum End {
        /** Its owner left. */
        LEFT,
        /** Another owner has the key, and it is not to be waited for. */
        CONFLICT,
        /** Others deleted the key, and it is not to be restored. */
        YIELDED
    }

    /** The state after an event, and what is to be done. */
    record Step(KeyClaim state, List<ClaimAction> actions) {}

    /** What others do to a key is put right at most once in this time. */
    static final long REPAIR_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    /** A key that another owner has is read again so often, should the watch be silent. */
    static final long POLL_INTERVAL = TimeUnit.SECONDS.toNanos(5);

    /**
     * What is known of the key.
     *
     * @param sight in one word
     * @param asOf the revision of the store at which it was so; 0 where nothing is sure
     * @param modRevision the revision that last changed the key; 0 where there is none
     * @param lease the lease that it lives by
     * @param value its value
     */
    record Known(Sight sight, long asOf, long modRevision, LeaseId lease, Bytes value) {

        static Known of(Sight sight, Sighting seen) {
            return new Known(sight, seen.asOf(), seen.modRevision(), seen.lease(), seen.value());
        }

        Known gone() {
            return new Known(Sight.ABSENT, asOf, 0, LeaseId.NONE, Bytes.EMPTY);
        }

        Known doubted() {
            return new Known(Sight.UNKNOWN, 0, modRevision, lease, value);
        }

        /** How the next write expects to find the key. */
        Standing standing() {
            return Standing.of(modRevision, lease, value);
        }

        boolean isOurs() {
            return sight == Sight.OURS;
        }
    }

    /** Never changed once it is here. */
    private final ClaimDraft state;

    private KeyClaim(ClaimDraft state) {
        this.state = state;
    }

    /**
     * A claim at its beginning, without a lease.
     *
     * @param wanted the value
     * @param now the time in nanoseconds
     */
    static KeyClaim of(Bytes wanted, OnConflict onConflict, OnDelete onDelete, long now) {
        return new KeyClaim(new ClaimDraft(wanted, onConflict, onDelete, now));
    }

    /** Decides. */
    Step step(ClaimEvent event, long now) {
        if (state.phase == Phase.ENDED) {
            return new Step(this, List.of());
        }
        ClaimDraft next = new ClaimDraft(state, now);
        next.take(event);
        return new Step(new KeyClaim(next), List.copyOf(next.actions));
    }

    Phase phase() {
        return state.phase;
    }

    Known known() {
        return state.known;
    }

    /** Whether the key stands in the store as ours, as far as we know; whether the lease lives is not asked here. */
    boolean isPresent() {
        return state.present;
    }

    /** Whether it ever stood there. */
    boolean wasPresent() {
        return state.everPresent;
    }

    /** Why it is as it is, for people. */
    String reason() {
        return state.reason;
    }

    @Nullable End end() {
        return state.end;
    }

    boolean isLeaving() {
        return state.leaving;
    }

    /** Whether the key lives, or may live, by the lease. */
    boolean dependsOn(LeaseId which) {
        if (state.phase == Phase.ENDED) {
            return false;
        }
        boolean stands = state.known.isOurs() && state.known.lease().equals(which);
        boolean underWay = state.isBusy() && state.sentLease.equals(which);
        return stands || underWay || state.known.sight() == Sight.UNKNOWN;
    }

    /** Whether the key stands as its owner last wanted it. */
    boolean isSettled() {
        return state.phase == Phase.HELD
                && state.known.isOurs()
                && state.known.value().equals(state.wanted);
    }
}
