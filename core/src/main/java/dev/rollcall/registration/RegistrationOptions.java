package dev.rollcall.registration;

import java.time.Duration;

/**
 * How a registration behaves; immutable, each method returns a changed copy.
 *
 * @param leaseTime how long the key outlives a process that died without a word: 1 s to 1 day, whole seconds (etcd grants at least 2 s). All
 *     registrations of one lease time share one lease
 * @param onConflict what to do when another owner that lives has the key
 * @param onDelete what to do when others delete the key while its lease lives
 */
public record RegistrationOptions(Duration leaseTime, OnConflict onConflict, OnDelete onDelete) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** What to do when another owner that lives has the key. An owner at the same endpoint is our own predecessor: its key is taken over at once. */
    public enum OnConflict {
        /** Wait until it is gone, then register. The state says so, and so does the health. */
        WAIT,
        /** Give up: the registration closes with a {@link RegistrationException}. */
        FAIL,
        /** Take the key at the first registration. Who is overtaken later in the same way waits. */
        TAKE_OVER
    }

    /** What to do when others delete the key while its lease lives. */
    public enum OnDelete {
        /** Write it again, at most once in a second. */
        RESTORE,
        /** Accept it: the registration closes. */
        YIELD
    }

    /** Checks the lease time. */
    public RegistrationOptions {
        if (leaseTime.getSeconds() < 1 || leaseTime.getNano() != 0 || leaseTime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a lease time is whole seconds between 1 s and 1 day, not " + leaseTime + "; 3 s is the default");
        }
    }

    /** A lease of 3 s, waiting for another owner, restoring what others delete. */
    public static RegistrationOptions defaults() {
        return new RegistrationOptions(Duration.ofSeconds(3), OnConflict.WAIT, OnDelete.RESTORE);
    }

    /** With another lease time. */
    public RegistrationOptions withLeaseTime(Duration time) {
        return new RegistrationOptions(time, onConflict, onDelete);
    }

    /** With another way to deal with a conflict. */
    public RegistrationOptions withOnConflict(OnConflict way) {
        return new RegistrationOptions(leaseTime, way, onDelete);
    }

    /** With another way to deal with a deletion. */
    public RegistrationOptions withOnDelete(OnDelete way) {
        return new RegistrationOptions(leaseTime, onConflict, way);
    }
}
