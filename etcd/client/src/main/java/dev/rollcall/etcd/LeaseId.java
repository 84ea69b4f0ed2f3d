package dev.rollcall.etcd;

/**
 * The number of a lease.
 *
 * @param value any number but 0 names a lease (negative ones are legal); 0 is {@link #NONE}
 */
public record LeaseId(long value) {

    /** No lease: a key that stays until it is deleted. */
    public static final LeaseId NONE = new LeaseId(0);

    /** Whether this is {@link #NONE}. */
    public boolean isNone() {
        return value == 0;
    }

    /** Reads what {@link #toString()} and etcdctl print: hexadecimal without a prefix. */
    public static LeaseId parse(String hex) {
        try {
            return new LeaseId(Long.parseUnsignedLong(hex, 16));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "not a lease id (hexadecimal, as etcdctl prints it): " + Bytes.utf8(hex), e);
        }
    }

    /** Hexadecimal, as etcdctl prints it. */
    @Override
    public String toString() {
        return Long.toHexString(value);
    }
}
