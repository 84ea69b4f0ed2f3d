package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.fuzz.Property;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;

/** What holds for every value. */
final class Values {

    private Values() {}

    /** It is read or set aside, without an exception; what is read is the same after writing and reading; nothing printed of it hurts a log. */
    static void judge(Keyspace keyspace, String key, byte[] value) {
        Bytes at = Bytes.utf8(key);
        Decoded decoded = keyspace.decode(at, Bytes.of(value));
        if (decoded instanceof Decoded.Quarantined bad) {
            Property.printable(bad.reason(), 1_000);
            return;
        }
        Decoded.Readable readable = (Decoded.Readable) decoded;
        Instance instance = readable.instance();
        Property.same(keyspace.identify(at).orElseThrow(), instance.identity());
        Property.same(decoded, keyspace.decode(instance.identity(), Bytes.of(value)));
        Property.printable(instance.toString(), 250_000);
        Bytes written;
        try {
            written = written(keyspace, readable);
        } catch (IllegalArgumentException tooLarge) {
            Property.holds(value.length > Keyspace.MAX_VALUE_BYTES / 8, () -> "a small value became too large");
            return;
        }
        Property.same(decoded, keyspace.decode(at, written));
        Property.same(written, written(keyspace, readable));
    }

    private static Bytes written(Keyspace keyspace, Decoded.Readable readable) {
        Incarnation incarnation = readable.incarnation();
        return incarnation == null
                ? keyspace.encode(readable.instance())
                : keyspace.encode(readable.instance(), incarnation);
    }
}
