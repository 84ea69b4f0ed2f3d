package dev.rollcall.etcd;

/**
 * A write of one key; immutable, each method returns a changed copy.
 *
 * @param key the key; never empty
 * @param value the value; at most about 1.5 MiB with the key
 * @param lease the lease the key lives by from now on; {@link LeaseId#NONE} detaches it from the one it had
 * @param previous whether the answer brings what the key was before
 * @param ignoreValue whether the value stays as it is; the key must exist
 * @param ignoreLease whether the lease stays as it is; the key must exist
 */
public record Put(Bytes key, Bytes value, LeaseId lease, boolean previous, boolean ignoreValue, boolean ignoreLease)
        implements Op {

    /** Writes a key without a lease. */
    public static Put of(Bytes key, Bytes value) {
        return new Put(key, value, LeaseId.NONE, false, false, false);
    }

    /** Writes a key without a lease. */
    public static Put of(String key, String value) {
        return of(Bytes.utf8(key), Bytes.utf8(value));
    }

    /** Keeps the value of an existing key, to give it another lease or a new revision. */
    public static Put sameValue(Bytes key) {
        return new Put(key, Bytes.EMPTY, LeaseId.NONE, false, true, false);
    }

    /** Under a lease. */
    public Put under(LeaseId newLease) {
        return new Put(key, value, newLease, previous, ignoreValue, false);
    }

    /** Under the lease that the existing key has. */
    public Put underSameLease() {
        return new Put(key, value, LeaseId.NONE, previous, ignoreValue, true);
    }

    /** With what the key was before in the answer. */
    public Put withPrevious() {
        return new Put(key, value, lease, true, ignoreValue, ignoreLease);
    }
}
