package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads keys as instances; the guard counts per service. */
final class InstanceReader implements EntryReader<DiscoveredInstance> {

    private final Keyspace keyspace;
    private final @Nullable String service;

    private InstanceReader(Keyspace keyspace, @Nullable String service) {
        this.keyspace = keyspace;
        this.service = service;
    }

    /** The instances of one service; those of deeper services, which stand in the same range, are none. A key that identifies nobody is quarantined. */
    static InstanceReader ofService(Keyspace keyspace, String service) {
        return new InstanceReader(keyspace, service);
    }

    static InstanceReader ofAll(Keyspace keyspace) {
        return new InstanceReader(keyspace, null);
    }

    @Override
    public Reading<DiscoveredInstance> read(KeyValue kv, @Nullable DiscoveredInstance last, Instant firstSeen) {
        InstanceId identity = last == null
                ? keyspace.identify(kv.key()).orElse(null)
                : last.instance().identity();
        if (isForeign(kv.key(), identity)) {
            return new Reading.Foreign<>();
        }
        Decoded decoded =
                identity == null ? keyspace.decode(kv.key(), kv.value()) : keyspace.decode(identity, kv.value());
        if (decoded instanceof Decoded.Readable readable) {
            return new Reading.Good<>(
                    new DiscoveredInstance(readable.instance(), kv, readable.incarnation(), firstSeen));
        }
        return new Reading.Bad<>(((Decoded.Quarantined) decoded).reason());
    }

    /** Told by the key alone: what a stranger wrote there may be large, or worse. Overlays are seen only where the keyspace is the whole store. */
    private boolean isForeign(Bytes key, @Nullable InstanceId identity) {
        return identity == null
                ? OverlayFormat.isOverlay(key)
                : service != null && !identity.service().equals(service);
    }

    @Override
    public boolean tells(DiscoveredInstance before, DiscoveredInstance after) {
        return !sameContent(before, after);
    }

    /** An incarnation without a name changes with its key, which is told as down and up or not at all. */
    @Override
    public boolean sameContent(DiscoveredInstance before, DiscoveredInstance after) {
        return Objects.equals(before.named(), after.named())
                && before.instance().equals(after.instance());
    }

    @Override
    public DownCause cause(DiscoveredInstance last) {
        if (!keyspace.knowsLeaving()) {
            return DownCause.UNKNOWN;
        }
        if (last.instance().status() == InstanceStatus.LEAVING) {
            return DownCause.DEREGISTERED;
        }
        return last.lease().isNone() ? DownCause.UNKNOWN : DownCause.EXPIRED;
    }

    @Override
    public String group(DiscoveredInstance entry) {
        return entry.instance().service();
    }
}
