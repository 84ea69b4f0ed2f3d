package dev.rollcall.registration;

import dev.rollcall.etcd.LeaseId;

/** What a {@link LeaseKeeper} wants done. */
sealed interface LeaseAction {

    /** Ask the store for a lease. */
    record Grant() implements LeaseAction {}

    /** Tell again after a wait that grows with the number of failures. */
    record Retry(int failures) implements LeaseAction {}

    /** Keep a lease alive from now on. */
    record Keep(LeaseId lease) implements LeaseAction {}

    /** Tell every claim to write under this lease; {@link LeaseId#NONE} while no lease is safe to write under. */
    record Offer(LeaseId lease) implements LeaseAction {}

    /** Forget a lease that the store has dropped, and tell the claims that its keys are gone. */
    record Forfeit(LeaseId lease) implements LeaseAction {}

    /** End a lease, with whatever still lives by it. */
    record Revoke(LeaseId lease) implements LeaseAction {}

    /** Compare the keys of a lease with what the claims believe. */
    record Audit(LeaseId lease) implements LeaseAction {}
}
