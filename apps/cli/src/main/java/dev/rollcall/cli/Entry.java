package dev.rollcall.cli;

import dev.rollcall.discovery.Overlays;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key of the keyspace and what it says.
 *
 * @param kv the key
 * @param identity who it is by its key
 * @param decoded what its value says
 */
record Entry(KeyValue kv, Optional<InstanceId> identity, Decoded decoded) {

    /** Reads a range, all at one revision, on a client of its own. */
    static List<Entry> read(KeyspaceOptions options, Function<Keyspace, KeyRange> range) {
        Keyspace keyspace = options.keyspace();
        KeyRange keys = range.apply(keyspace);
        try (EtcdClient etcd = options.connectEtcd()) {
            return read(etcd, keyspace, keys);
        }
    }

    /** Where the keyspace is the whole store, overlays stand in its range; they are nobody's keys. */
    static List<Entry> read(EtcdClient etcd, Keyspace keyspace, KeyRange range) {
        return etcd.kv().list(range).kvs().stream()
                .map(kv -> new Entry(kv, keyspace.identify(kv.key()), keyspace.decode(kv.key(), kv.value())))
                .filter(entry -> entry.identity().isPresent()
                        || !OverlayFormat.isOverlay(entry.kv().key()))
                .toList();
    }

    String service() {
        return identity.map(InstanceId::service).orElse("");
    }

    /** The instance, unless the key is quarantined. */
    Optional<Instance> instance() {
        return decoded instanceof Decoded.Readable readable ? Optional.of(readable.instance()) : Optional.empty();
    }

    /** Why the key is quarantined; empty if it is not. */
    Optional<String> quarantine() {
        return decoded instanceof Decoded.Quarantined bad ? Optional.of(bad.reason()) : Optional.empty();
    }

    /** Which life of the instance stands there. */
    Incarnation incarnation() {
        return decoded.incarnation(kv.createRevision());
    }

    /** What takes it out of service by hand, if anything does. */
    Optional<Overlay> overlay(Overlays overlays) {
        return identity.flatMap(instance -> overlays.over(instance, incarnation()));
    }

    boolean isUp() {
        return instance().filter(it -> it.status() == InstanceStatus.UP).isPresent();
    }
}
