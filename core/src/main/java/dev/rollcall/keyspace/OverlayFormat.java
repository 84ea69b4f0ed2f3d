package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.instance.Overlay;
import java.util.Optional;

/**
 * Where overlays stand in the store and how they are written, as {@code docs/keyspace.md} specifies it; the same for every keyspace.
 *
 * <p>An overlay stands below {@code rollcall/overlay/} under the whole key of its instance, so that who lists or watches instances never sees it.
 */
public final class OverlayFormat {

    static final String DIR = "rollcall/overlay/";

    private static final Bytes ROOT = Bytes.utf8(DIR);
    private static final int SCHEMA = 1;

    private OverlayFormat() {}

    /** The key of the overlay of an instance. */
    public static Bytes key(Bytes instance) {
        return ROOT.concat(instance);
    }

    /** Where the overlays of all instances of a range stand. */
    public static KeyRange range(KeyRange instances) {
        if (instances.isSingle()) {
            return KeyRange.single(key(instances.from()));
        }
        boolean endless = instances.end().equals(KeyRange.all().end());
        return new KeyRange(key(instances.from()), endless ? ROOT.prefixEnd() : key(instances.end()));
    }

    /** Whether a key is that of an overlay. */
    public static boolean isOverlay(Bytes key) {
        return key.startsWith(ROOT) && key.size() > ROOT.size();
    }

    /** The key of the instance that an overlay is about; empty where the key is none of an overlay. */
    public static Optional<Bytes> instance(Bytes key) {
        return isOverlay(key) ? Optional.of(key.substring(ROOT.size())) : Optional.empty();
    }

    /** The value of an overlay. */
    public static Bytes encode(Overlay overlay) {
        JsonWriter json = new JsonWriter().open();
        json.raw("v", String.valueOf(SCHEMA)).field("status", overlay.status().word());
        json.field("incarnation", overlay.incarnation().name());
        if (!overlay.reason().isEmpty()) {
            json.field("reason", overlay.reason());
        }
        return Bytes.utf8(json.close().toString());
    }

    /**
     * What the value of an overlay says.
     *
     * @param instance whom it is about, by its key
     * @throws IllegalArgumentException where it cannot be read; the message says why
     */
    public static Overlay decode(InstanceId instance, Bytes value) {
        try {
            Json.Obj fields = NamingValue.object("the overlay", JsonReader.read(value));
            String incarnation = NamingValue.string("incarnation", fields.get("incarnation"));
            if (incarnation == null) {
                throw new JsonException("incarnation is missing");
            }
            String status = NamingValue.string("status", fields.get("status"));
            String reason = NamingValue.string("reason", fields.get("reason"));
            return new Overlay(
                    instance,
                    new Incarnation(incarnation),
                    status == null ? InstanceStatus.UP : InstanceStatus.ofWord(status),
                    reason == null ? "" : reason);
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
