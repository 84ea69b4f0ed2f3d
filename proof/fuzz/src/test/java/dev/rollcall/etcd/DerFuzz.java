package dev.rollcall.etcd;

import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;

/** Any bytes as a bare private key: wrapped, whole, whatever it is. */
public final class DerFuzz {

    private DerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        byte[] curve = input.bytes(input.below(16));
        byte[] key = input.rest();
        endsWith(Der.pkcs8OfRsa(key), key);
        endsWith(Der.pkcs8OfEc(key, curve), key);
    }

    private static void endsWith(byte[] wrapped, byte[] key) {
        Property.holds(
                Bytes.of(wrapped).substring(wrapped.length - key.length).equals(Bytes.of(key)), () -> "the key is cut");
    }
}
