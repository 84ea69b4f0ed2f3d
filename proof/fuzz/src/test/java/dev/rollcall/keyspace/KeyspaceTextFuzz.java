package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;

/** Any text as a keyspace, a prefix, a directory and a service: refused, or every range ends in the separator. */
public final class KeyspaceTextFuzz {

    private KeyspaceTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        String prefix = input.text();
        String service = input.text();
        String text = input.restAsText();
        Keyspace keyspace;
        try {
            keyspace = Keyspace.parse(text);
            separated(Keyspace.below(text));
            separated(keyspace.directoryRange(service));
            keyspace = keyspace.withPrefix(prefix);
            separated(keyspace.serviceRange(service));
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
    }

    private static void separated(KeyRange range) {
        Bytes from = range.from();
        boolean whole = range.equals(KeyRange.all());
        Property.holds(whole || from.at(from.size() - 1) == '/', () -> "the range " + range + " has no separator");
    }
}
