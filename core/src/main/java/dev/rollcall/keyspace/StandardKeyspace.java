package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of etcd's Go naming package, with an object of ours beside its fields.
 *
 * @param tree where it stands
 */
record StandardKeyspace(KeyTree tree) implements Keyspace {

    @Override
    public Keyspace withPrefix(String prefix) {
        return new StandardKeyspace(tree.below(prefix));
    }

    @Override
    public Bytes key(InstanceId identity) {
        if (identity.service().isEmpty()) {
            throw new IllegalArgumentException("the instance " + identity
                    + " has no service, which only a plain keyspace can write; name its service");
        }
        return tree.key(identity);
    }

    @Override
    public Bytes encode(Instance instance) {
        return written(instance, null);
    }

    @Override
    public Bytes encode(Instance instance, Incarnation incarnation) {
        return written(instance, incarnation);
    }

    private static Bytes written(Instance instance, @Nullable Incarnation incarnation) {
        if (instance.text().isEmpty()) {
            throw new IllegalArgumentException("the instance " + instance.identity()
                    + " has an empty text, which readers take for a damaged value; give it an endpoint, or some text");
        }
        return Sizes.checked(instance.identity(), Bytes.utf8(NamingValue.write(instance, incarnation)));
    }

    @Override
    public KeyRange serviceRange(String service) {
        if (service.isEmpty()) {
            throw new IllegalArgumentException(
                    "the service name is empty; name a service, or view the directory of all");
        }
        return tree.service(service);
    }

    @Override
    public KeyRange directoryRange(String dir) {
        return tree.service(dir);
    }

    @Override
    public Optional<InstanceId> identify(Bytes key) {
        return tree.identify(key).filter(identity -> !identity.service().isEmpty());
    }

    @Override
    public Decoded decode(Bytes key, Bytes value) {
        return identify(key).map(identity -> decode(identity, value)).orElseGet(tree::foreign);
    }

    @Override
    public Decoded decode(InstanceId identity, Bytes value) {
        try {
            return NamingValue.read(identity, value);
        } catch (JsonException | IllegalArgumentException e) {
            return new Decoded.Quarantined(identity, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean knowsLeaving() {
        return true;
    }

    @Override
    public String toString() {
        return "standard:" + tree.root();
    }
}
