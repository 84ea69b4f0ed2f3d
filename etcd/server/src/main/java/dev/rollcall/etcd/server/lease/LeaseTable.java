package dev.rollcall.etcd.server.lease;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All leases. Belongs to one thread, but for their number. Instants are nanoseconds of the caller's clock, times to live are seconds. */
public final class LeaseTable {
    /** The shortest time to live; shorter ones, zero and negative included, are raised to it. Seconds. */
    public static final long MIN_TTL = 2;

    /** The longest time to live. Seconds. */
    public static final long MAX_TTL = 9_000_000_000L;

    private final Map<Long, Lease> leases = new HashMap<>();
    private final Map<Bytes, Lease> leaseOfKey = new HashMap<>();
    private final TreeSet<Lease> byDeadline =
            new TreeSet<>(Comparator.comparingLong(Lease::deadline).thenComparingLong(Lease::id));
    private volatile int size;

    /**
     * Grants a lease.
     *
     * @param id any number but 0
     * @return the time to live it really has
     * @throws Refusal when the time to live is too large, or the id is taken
     */
    public long grant(long id, long ttlSeconds, long now) {
        if (ttlSeconds > MAX_TTL) {
            throw new Refusal(Reason.LEASE_TTL_TOO_LARGE);
        }
        if (leases.containsKey(id)) {
            throw new Refusal(Reason.LEASE_EXISTS);
        }
        Lease lease = new Lease(id, Math.max(MIN_TTL, ttlSeconds));
        leases.put(id, lease);
        size = leases.size();
        arm(lease, now, 0);
        return lease.ttlSeconds;
    }

    /** Lets a lease live its full time again, and returns that; 0 when there is none, or its time is up. */
    public long renew(long id, long now) {
        Lease lease = leases.get(id);
        if (lease == null || lease.isExpired(now)) {
            return 0;
        }
        arm(lease, now, 0);
        return lease.ttlSeconds;
    }

    /**
     * Ends a lease.
     *
     * @return the keys that go with it, in byte order
     * @throws Refusal when there is none
     */
    public List<Bytes> revoke(long id) {
        Lease lease = leases.remove(id);
        if (lease == null) {
            throw new Refusal(Reason.LEASE_NOT_FOUND);
        }
        size = leases.size();
        byDeadline.remove(lease);
        lease.keys.forEach(leaseOfKey::remove);
        return List.copyOf(lease.keys);
    }

    /** At most {@code max} leases whose time is up, the one that ended first in front. */
    public List<Long> expired(long now, int max) {
        List<Long> ids = new ArrayList<>();
        for (Lease lease : byDeadline) {
            if (!lease.isExpired(now) || ids.size() == max) {
                break;
            }
            ids.add(lease.id);
        }
        return ids;
    }

    /** Lets every lease live its full time and {@code extraNanos} from now: nobody could renew while the server was away. */
    public void rearm(long now, long extraNanos) {
        byDeadline.clear();
        for (Lease lease : leases.values()) {
            lease.arm(now, extraNanos);
            byDeadline.add(lease);
        }
    }

    public boolean exists(long id) {
        return leases.containsKey(id);
    }

    /** How many there are. Safe for use by any thread. */
    public int size() {
        return size;
    }

    /** All leases, the one that ends first in front. */
    public List<Long> ids() {
        return byDeadline.stream().map(Lease::id).toList();
    }

    /** The granted time of each lease, by its id. Seconds. */
    public Map<Long, Long> granted() {
        Map<Long, Long> granted = new HashMap<>();
        leases.forEach((id, lease) -> granted.put(id, lease.ttlSeconds));
        return granted;
    }

    /** Whether there is such a lease, and its time is up. */
    public boolean isOver(long id, long now) {
        Lease lease = leases.get(id);
        return lease != null && lease.isExpired(now);
    }

    /** The keys that go with a lease, in byte order; none when there is no such lease. */
    public Collection<Bytes> keys(long id) {
        Lease lease = leases.get(id);
        return lease == null ? List.of() : Collections.unmodifiableSet(lease.keys);
    }

    /** What is left of a lease, or null when there is none or its time is up. */
    public @Nullable Remaining remaining(long id, long now) {
        Lease lease = leases.get(id);
        if (lease == null || lease.isExpired(now)) {
            return null;
        }
        return new Remaining(lease.ttlSeconds, (lease.deadline - now) / 1_000_000_000L, List.copyOf(lease.keys));
    }

    /** Hangs a key on a lease, and takes it off the one it hung on; 0 only takes it off. */
    public void attach(Bytes key, long id) {
        Lease old = leaseOfKey.remove(key);
        if (old != null) {
            old.keys.remove(key);
        }
        Lease lease = leases.get(id);
        if (lease != null) {
            lease.keys.add(key);
            leaseOfKey.put(key, lease);
        }
    }

    private void arm(Lease lease, long now, long extraNanos) {
        byDeadline.remove(lease);
        lease.arm(now, extraNanos);
        byDeadline.add(lease);
    }

    /** What is left of a lease: whole seconds, rounded down, and its keys in byte order. */
    public record Remaining(long grantedSeconds, long seconds, List<Bytes> keys) {}
}
