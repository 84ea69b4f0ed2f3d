package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceBuilder;
import dev.rollcall.instance.InstanceId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bare addresses below a directory, as simple programs write them.
 *
 * @param tree where it stands
 */
record PlainKeyspace(KeyTree tree) implements Keyspace {

    @Override
    public Keyspace withPrefix(String prefix) {
        return new PlainKeyspace(tree.below(prefix));
    }

    @Override
    public Bytes key(InstanceId identity) {
        return tree.key(identity);
    }

    @Override
    public Bytes encode(Instance instance) {
        return Sizes.checked(instance.identity(), Bytes.utf8(instance.text()));
    }

    @Override
    public KeyRange serviceRange(String service) {
        return tree.service(service);
    }

    @Override
    public KeyRange directoryRange(String dir) {
        return tree.service(dir);
    }

    @Override
    public Optional<InstanceId> identify(Bytes key) {
        return tree.identify(key);
    }

    @Override
    public Decoded decode(Bytes key, Bytes value) {
        return identify(key).map(identity -> decode(identity, value)).orElseGet(tree::foreign);
    }

    @Override
    public Decoded decode(InstanceId identity, Bytes value) {
        if (!value.isUtf8()) {
            return new Decoded.Quarantined(identity, "the value is not UTF-8");
        }
        String text = value.utf8();
        InstanceBuilder builder = Instance.builder(identity);
        Endpoint endpoint = endpoint(text);
        return new Decoded.Readable((endpoint == null ? builder.text(text) : builder.endpoint(endpoint)).build());
    }

    /** Only what is written as we would write it, so that reading and writing never change a value. */
    private static @Nullable Endpoint endpoint(String text) {
        try {
            Endpoint endpoint = Endpoint.of(text);
            return endpoint.toString().equals(text) ? endpoint : null;
        } catch (IllegalArgumentException otherText) {
            return null;
        }
    }

    @Override
    public boolean knowsLeaving() {
        return false;
    }

    @Override
    public String toString() {
        return "plain:" + tree.root();
    }
}
