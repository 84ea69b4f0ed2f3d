package dev.rollcall.registration;

import dev.rollcall.etcd.LeaseId;

/** What a {@link LeaseKeeper} is told. */
sealed interface LeaseEvent {

    /** A registration wants a lease. */
    record Needed() implements LeaseEvent {}

    /** The last registration under the lease has ended. */
    record Released() implements LeaseEvent {}

    /** The registrar closes. */
    record Closed() implements LeaseEvent {}

    /** The store granted a lease. */
    record Granted(LeaseId lease, long term) implements LeaseEvent {}

    /** The store did not grant a lease, or too late for it to be of use. */
    record GrantFailed() implements LeaseEvent {}

    /** The wait before the next attempt is over. */
    record RetryDue() implements LeaseEvent {}

    /** A renewal was acknowledged, by a leader of the given term. */
    record Renewed(LeaseId lease, long term) implements LeaseEvent {}

    /** The store is not the one it was, or was put back. */
    record WentBack() implements LeaseEvent {}

    /** The lease's time ran out without an acknowledged renewal. */
    record Doubted(LeaseId lease) implements LeaseEvent {}

    /** The store says that there is no such lease. */
    record Lost(LeaseId lease) implements LeaseEvent {}

    /** No key lives by the lease any more. */
    record Vacated(LeaseId lease) implements LeaseEvent {}
}
