package dev.rollcall.etcd.server.machine;

/**
 * Numbers for leases whose id the client leaves open: positive, increasing, and not used before a restart. Laid out as etcd does:
 * 16 bits of the member id, 40 bits of the starting time in milliseconds, 8 bits of room to count into. Belongs to one thread.
 */
public final class RequestIds {
    private long last;

    public RequestIds(long memberId, long startMillis) {
        last = (memberId & 0xffff) << 48 | (startMillis & 0xff_ffff_ffffL) << 8;
    }

    /** The next number. */
    public long next() {
        last++;
        return last & Long.MAX_VALUE;
    }
}
