package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Instances as a view finds them, made by hand. */
public final class Found {

    private Found() {}

    /** Put once, at a revision, without a lease. */
    public static DiscoveredInstance at(long revision, Instance instance, @Nullable Incarnation named) {
        Bytes key = Bytes.utf8(instance.identity().toString());
        KeyValue kv = new KeyValue(key, Bytes.EMPTY, revision, revision, 1, LeaseId.NONE);
        return new DiscoveredInstance(instance, kv, named, Instant.EPOCH);
    }
}
