package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.fuzz.Property;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;

/** Any bytes as the value of an overlay: read or refused, and what was read is the same after writing and reading. */
public final class OverlayFuzz {

    private static final InstanceId WHO = new InstanceId("user", "1");

    private OverlayFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Overlay overlay;
        try {
            overlay = OverlayFormat.decode(WHO, Bytes.of(data));
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
            return;
        }
        Property.printable(overlay.toString(), 2_000);
        Property.printable(overlay.sentence(), 1_000);
        Property.same(overlay, OverlayFormat.decode(WHO, OverlayFormat.encode(overlay)));
    }
}
