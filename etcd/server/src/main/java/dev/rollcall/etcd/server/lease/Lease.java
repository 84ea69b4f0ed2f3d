package dev.rollcall.etcd.server.lease;

import dev.rollcall.etcd.server.mvcc.Bytes;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** One lease: its granted time, when it ends, and the keys that go with it, in byte order. */
final class Lease {
    final long id;
    final long ttlSeconds;
    final TreeSet<Bytes> keys = new TreeSet<>();
    long deadline;

    Lease(long id, long ttlSeconds) {
        this.id = id;
        this.ttlSeconds = ttlSeconds;
    }

    /** Lets the lease live its full time and {@code extraNanos} from now. */
    void arm(long now, long extraNanos) {
        long span = TimeUnit.SECONDS.toNanos(ttlSeconds);
        long end = now + span + extraNanos;
        deadline = end < now ? Long.MAX_VALUE : end;
    }

    boolean isExpired(long now) {
        return now >= deadline;
    }

    long deadline() {
        return deadline;
    }

    long id() {
        return id;
    }
}
