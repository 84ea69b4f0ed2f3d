package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import dev.rollcall.instance.InstanceId;
import java.util.List;
import java.util.Optional;

/** Any bytes as a key: whose it is can be told, or it is nobody's; and it stands in the ranges of its owner and in nobody else's. */
public final class KeyFuzz {

    private static final List<Keyspace> KEYSPACES = List.of(
            Keyspace.standard(),
            Keyspace.plain(""),
            Keyspace.plain("/"),
            Keyspace.plain("/test"),
            Keyspace.standard().withPrefix("tenant"));

    private KeyFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        Keyspace keyspace = KEYSPACES.get(input.below(KEYSPACES.size()));
        Bytes key = Bytes.of(input.rest());
        Property.printable(key.toString(), 300);
        Optional<InstanceId> identity = keyspace.identify(key);
        boolean inside = in(keyspace.directoryRange(""), key);
        if (identity.isEmpty()) {
            Property.holds(keyspace.decode(key, Bytes.EMPTY) instanceof Decoded.Quarantined, () -> "nobody's is read");
            return;
        }
        Property.holds(inside, () -> identity + " is outside of everything");
        Property.same(key, keyspace.key(identity.get()));
        String service = identity.get().service();
        if (!service.isEmpty()) {
            Property.holds(in(keyspace.serviceRange(service), key), () -> identity + " is outside of its service");
            Property.holds(!in(keyspace.serviceRange(service + "1"), key), () -> identity + " is in " + service + "1");
            String shorter = service.substring(0, service.length() - 1);
            if (isService(shorter)) {
                Property.holds(!in(keyspace.serviceRange(shorter), key), () -> identity + " is in " + shorter);
            }
        }
    }

    private static boolean isService(String text) {
        try {
            InstanceId.checkService(text);
            return !text.isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean in(KeyRange range, Bytes key) {
        return range.contains(key);
    }
}
