package dev.rollcall.instance;

import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;

/** Any text as the endpoint of an instance, or as a network: refused in words, or the same after writing and reading. */
public final class EndpointTextFuzz {

    private EndpointTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new Input(data).restAsText();
        try {
            Endpoint endpoint = Endpoint.of(text);
            Property.same(endpoint, Endpoint.of(endpoint.toString()));
            Property.printable(endpoint.toString(), 300);
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
        try {
            Cidr network = Cidr.parse(text);
            Property.holds(network.contains(network.address()), () -> network + " is outside of itself");
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
    }
}
