package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;

/** What a {@link KeyClaim} is told. */
sealed interface ClaimEvent {

    /** The lease to write under from now on; {@link LeaseId#NONE} while no lease is safe. */
    record Offered(LeaseId lease) implements ClaimEvent {}

    /** The store dropped a lease, with the keys that lived by it. */
    record Forfeited(LeaseId lease) implements ClaimEvent {}

    /** The value that the key is to have. */
    record Wanted(Bytes value) implements ClaimEvent {}

    /**
     * The owner leaves: the key is to go.
     *
     * @param farewell the value put before that, so that others know why; empty for none
     * @param withLease whether it goes with its lease, which is revoked next, and need not be deleted
     */
    record Leave(Bytes farewell, boolean withLease) implements ClaimEvent {}

    /** Our put was done at a revision. */
    record Written(long revision) implements ClaimEvent {}

    /** Our deletion was done at a revision. */
    record Deleted(long revision) implements ClaimEvent {}

    /** Our write was not done, because the key is not as we believed; or our read found this. */
    record Found(Sighting sighting) implements ClaimEvent {}

    /** Our call failed, and changed nothing. */
    record Failed() implements ClaimEvent {}

    /** Our call failed, changed nothing, and will fail again until somebody changes something at the store. */
    record Refused() implements ClaimEvent {}

    /** Our write was not answered: it may have been done, or may yet be. */
    record Unanswered() implements ClaimEvent {}

    /** Our put was refused because its lease does not exist. */
    record NoLease() implements ClaimEvent {}

    /** A wait is over. */
    record RetryDue() implements ClaimEvent {}

    /** A watch shows a change of the key. */
    record Seen(Sighting sighting) implements ClaimEvent {}

    /** What we know of the key may be wrong: the watch lost its place. */
    record Doubted() implements ClaimEvent {}

    /** The store is not the one it was: nothing that is known of the key counts, and an earlier process at our endpoint may seem to have it. */
    record WentBack() implements ClaimEvent {}

    /** The key that we last saw at the given revision was changed since, or is not among those that live by its lease, which lives. */
    record Missed(long modRevision) implements ClaimEvent {}

    /** The lease lives: the answer to {@link ClaimAction.AskLease}. */
    record LeaseLives(LeaseId lease) implements ClaimEvent {}
}
