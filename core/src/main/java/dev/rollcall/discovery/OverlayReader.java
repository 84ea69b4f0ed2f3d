package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads keys as overlays of the instances of a keyspace; the guard counts all of them together. */
final class OverlayReader implements EntryReader<OverlayEntry> {

    private final Keyspace keyspace;

    OverlayReader(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public Reading<OverlayEntry> read(KeyValue kv, @Nullable OverlayEntry last, Instant firstSeen) {
        Optional<Bytes> key = OverlayFormat.instance(kv.key());
        Optional<InstanceId> identity = key.flatMap(keyspace::identify);
        if (identity.isEmpty()) {
            return new Reading.Foreign<>();
        }
        Overlay overlay;
        try {
            overlay = OverlayFormat.decode(identity.get(), kv.value());
        } catch (IllegalArgumentException e) {
            return new Reading.Bad<>(String.valueOf(e.getMessage()));
        }
        return new Reading.Good<>(
                new OverlayEntry(overlay, kv.key(), kv.createRevision(), kv.modRevision(), kv.lease(), firstSeen));
    }

    @Override
    public boolean tells(OverlayEntry before, OverlayEntry after) {
        return !sameContent(before, after);
    }

    @Override
    public boolean sameContent(OverlayEntry before, OverlayEntry after) {
        return before.overlay().equals(after.overlay());
    }

    @Override
    public DownCause cause(OverlayEntry last) {
        return DownCause.UNKNOWN;
    }

    @Override
    public String group(OverlayEntry entry) {
        return "";
    }
}
