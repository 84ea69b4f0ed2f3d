package dev.rollcall.observe;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import java.time.Duration;

/** One thing that happened inside; immutable. */
public sealed interface Observation {

    /** What it happened to: a lease, or a view by its name. */
    String subject();

    /**
     * A lease may have run out: the time of its last acknowledged renewal is over. The store may still have it.
     *
     * @param lease which one
     * @param registrations how many instances live by it
     */
    record RenewalLate(LeaseId lease, int registrations) implements Observation {
        @Override
        public String subject() {
            return "lease " + lease;
        }
    }

    /**
     * A lease is gone, and the keys that lived by it; they are written again under another.
     *
     * @param lease which one
     * @param registrations how many instances lived by it
     */
    record LeaseLost(LeaseId lease, int registrations) implements Observation {
        @Override
        public String subject() {
            return "lease " + lease;
        }
    }

    /**
     * The keys of a lease begin to move to a fresh one, because a new leader was elected and the old one may revoke what it has not seen renewed.
     *
     * @param from the lease that is given up
     * @param to the fresh one
     * @param registrations how many instances move
     */
    record LeaseSwapped(LeaseId from, LeaseId to, int registrations) implements Observation {
        @Override
        public String subject() {
            return "lease " + from;
        }
    }

    /**
     * A view was read anew instead of being continued.
     *
     * @param view its name
     * @param cause why, as {@code dev.rollcall.discovery.ResyncCause} calls it
     * @param newEpoch whether the store is not the one it was
     * @param revision what it was read at
     */
    record Resynced(String view, String cause, boolean newEpoch, long revision) implements Observation {
        @Override
        public String subject() {
            return "view " + view;
        }
    }

    /**
     * A view lost the store: what it knows is shown on.
     *
     * @param view its name
     * @param entries how many entries are kept
     */
    record ViewStale(String view, int entries) implements Observation {
        @Override
        public String subject() {
            return "view " + view;
        }
    }

    /**
     * A view follows the store: for the first time, or again.
     *
     * @param view its name
     * @param revision the revision it shows
     * @param staleFor the time for which it did not, or since it was opened
     */
    record ViewLive(String view, long revision, Duration staleFor) implements Observation {
        @Override
        public String subject() {
            return "view " + view;
        }
    }

    /**
     * Losses are held back: too many at once to be believed. Told again when there are more of them.
     *
     * @param view its name
     * @param held how many of the entries that are shown are gone from the store
     * @param entries how many are shown
     */
    record GuardHeld(String view, int held, int entries) implements Observation {
        @Override
        public String subject() {
            return "view " + view;
        }
    }

    /**
     * Nothing is held back any more: what was held has returned, or is shown as down.
     *
     * @param view its name
     * @param entries how many entries are shown now
     */
    record GuardReleased(String view, int entries) implements Observation {
        @Override
        public String subject() {
            return "view " + view;
        }
    }

    /**
     * An audit found the store different from what was believed, and no event had told so; it is mended.
     *
     * @param subject what was audited
     * @param keys how many keys differed
     */
    record AuditDifference(String subject, int keys) implements Observation {}

    /**
     * A value cannot be read; its key is kept apart.
     *
     * @param view its name
     * @param key which one
     * @param reason what is wrong with it
     */
    record Quarantined(String view, Bytes key, String reason) implements Observation {
        @Override
        public String subject() {
            return "key " + key;
        }
    }

    /**
     * A listener threw, or its executor refused it; others are not touched by it.
     *
     * @param subject what it listens to
     * @param failures how often so far
     * @param cause what it threw last
     */
    record ListenerFailed(String subject, long failures, Throwable cause) implements Observation {}
}
