package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import java.util.Optional;

/**
 * Where instances stand in the store and how they are written.
 *
 * <p>Every range ends in the separator {@code /}, so that {@code /test} never sees {@code /test1}. A range may hold keys of deeper services (below
 * {@code user} also {@code user/eu}); {@link #identify} tells whose they are. Implementations are immutable.
 */
public interface Keyspace {

    /** The most bytes that {@link #encode} writes: 64 KiB, far below etcd's limit for a request of 1.5 MiB. */
    int MAX_VALUE_BYTES = 64 * 1024;

    /**
     * The default: key {@code services/<service>/<id>}, value the JSON of etcd's Go naming package with our fields in an object beside its own. A Go gRPC
     * client finds the instances under {@code etcd:///services/<service>}.
     */
    static Keyspace standard() {
        return standard("services");
    }

    /**
     * The default format elsewhere: key {@code <dir>/<service>/<id>}, which a Go gRPC client finds under {@code etcd:///<dir>/<service>}.
     *
     * @param dir where it begins, as in {@code apps/eu}; empty for the whole store
     */
    static Keyspace standard(String dir) {
        return new StandardKeyspace(KeyTree.at(dir));
    }

    /**
     * Bare addresses: key {@code <dir>/<service>/<id>}, value {@code host:port}, or any text. The service may have no or several segments. Carries neither
     * status nor weight nor anything else; writing such an instance leaves them out.
     *
     * @param dir where it begins, as in {@code /service}; empty for the whole store
     */
    static Keyspace plain(String dir) {
        return new PlainKeyspace(KeyTree.at(dir));
    }

    /** Reads {@code standard}, {@code standard:<dir>} and {@code plain:<dir>}, as in an environment variable or on a command line. */
    static Keyspace parse(String text) {
        if (text.equals("standard")) {
            return standard();
        }
        if (text.startsWith("standard:")) {
            return standard(text.substring("standard:".length()));
        }
        if (text.startsWith("plain:")) {
            return plain(text.substring("plain:".length()));
        }
        throw new IllegalArgumentException("the keyspace '" + Bytes.utf8(text)
                + "' is unknown; write standard, or plain:<directory> as in plain:/service");
    }

    /** Every key below a directory of the store, whatever the keyspace: {@code /test} is {@code /test/...}, empty is everything. */
    static KeyRange below(String dir) {
        return KeyTree.at(dir).all();
    }

    /** The same keyspace below a prefix, so that several live in one store: {@code tenant-a/services/...}. Empty changes nothing. */
    Keyspace withPrefix(String prefix);

    /**
     * The key of an instance.
     *
     * @throws IllegalArgumentException where this keyspace has no place for it (no service, in the standard one)
     */
    Bytes key(InstanceId identity);

    /**
     * The value of an instance.
     *
     * @throws IllegalArgumentException where it is larger than {@link #MAX_VALUE_BYTES}
     */
    Bytes encode(Instance instance);

    /**
     * The value of an instance that names its incarnation, where the format can; else as {@link #encode(Instance)}.
     *
     * @throws IllegalArgumentException where it is larger than {@link #MAX_VALUE_BYTES}
     */
    default Bytes encode(Instance instance, Incarnation incarnation) {
        return encode(instance);
    }

    /** Where the instances of a service stand, among deeper ones. */
    KeyRange serviceRange(String service);

    /** Where all services below a directory of services stand; empty for all there are. {@code org} holds {@code org/a} and {@code org/b/c}. */
    KeyRange directoryRange(String dir);

    /** Whose key this is; empty where it is none of ours. */
    Optional<InstanceId> identify(Bytes key);

    /** What a key and its value say. Never throws. */
    Decoded decode(Bytes key, Bytes value);

    /**
     * What a value says at the key of an instance, for who knows already whose it is. Never throws.
     *
     * @param identity as {@link #identify} told it
     */
    default Decoded decode(InstanceId identity, Bytes value) {
        return decode(key(identity), value);
    }

    /** Whether a value can say that its owner is leaving. Where not, the cause of a disappearance is unknown. */
    boolean knowsLeaving();
}
