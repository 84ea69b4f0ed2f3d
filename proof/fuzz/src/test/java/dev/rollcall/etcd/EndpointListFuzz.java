package dev.rollcall.etcd;

import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import java.net.URI;

/** Any text as a list of members, a version or a lease: refused in words, or the same after writing and reading. */
public final class EndpointListFuzz {

    private EndpointListFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new Input(data).restAsText();
        try {
            for (Endpoint endpoint : Endpoint.parseAll(text)) {
                Property.same(endpoint, Endpoint.parse(endpoint.toString()));
                Property.same("dns", URI.create(endpoint.target()).getScheme());
            }
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
        ServerVersion version = ServerVersion.parse(text);
        Property.holds(!version.ordersProgress() || version.isSupported(), () -> version + " orders, unsupported");
        try {
            LeaseId lease = LeaseId.parse(text);
            Property.same(lease, LeaseId.parse(lease.toString()));
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
    }
}
