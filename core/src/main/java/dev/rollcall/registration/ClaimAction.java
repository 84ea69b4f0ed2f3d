package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;

/** What a {@link KeyClaim} wants done. Each of the first three calls the store, is answered once, and stands alone. */
sealed interface ClaimAction {

    /** Put the key if it stands as expected, else read it. */
    record Put(Standing expected, Bytes value, LeaseId lease) implements ClaimAction {}

    /** Delete the key if it stands as expected, else read it. */
    record Delete(Standing expected) implements ClaimAction {}

    /** Read the key. */
    record Read() implements ClaimAction {}

    /** Tell {@link ClaimEvent.RetryDue} after so many nanoseconds. */
    record Wait(long nanos) implements ClaimAction {}

    /** Tell {@link ClaimEvent.RetryDue} after a wait that grows with the number of failures. */
    record Retry(int failures) implements ClaimAction {}

    /** The store refused a put under this lease. */
    record ReportLost(LeaseId lease) implements ClaimAction {}

    /** Find out whether this lease still lives. */
    record AskLease(LeaseId lease) implements ClaimAction {}
}
