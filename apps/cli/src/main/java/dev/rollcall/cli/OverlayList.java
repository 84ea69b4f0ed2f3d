package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads who is taken out of service by hand, beside the instances themselves. */
final class OverlayList {

    private OverlayList() {}

    /** The overlays of a range of instances. What cannot be read is said on standard error, and counts as none: the instances are shown all the same. */
    static Overlays read(Console console, EtcdClient etcd, Keyspace keyspace, KeyRange instances) {
        List<KeyValue> kvs;
        try {
            kvs = etcd.kv().list(OverlayFormat.range(instances)).kvs();
        } catch (EtcdException e) {
            if (e.code() != EtcdError.PERMISSION_DENIED) {
                throw e;
            }
            console.say("who is taken out by hand is not shown: " + e.getMessage());
            return Overlays.none();
        }
        List<Overlay> overlays = new ArrayList<>();
        for (KeyValue kv : kvs) {
            OverlayFormat.instance(kv.key())
                    .flatMap(keyspace::identify)
                    .flatMap(instance -> overlay(console, instance, kv.key(), kv.value()))
                    .ifPresent(overlays::add);
        }
        return Overlays.of(overlays);
    }

    private static Optional<Overlay> overlay(Console console, InstanceId instance, Bytes key, Bytes value) {
        try {
            return Optional.of(OverlayFormat.decode(instance, value));
        } catch (IllegalArgumentException e) {
            console.say("cannot read " + KeyText.show(key) + ": " + e.getMessage() + "; " + remedy(instance));
            return Optional.empty();
        }
    }

    /** Tells of the overlays of a service that are about nobody who is registered. */
    static void sayLeftovers(Console console, String service, Overlays overlays, List<Entry> entries) {
        for (Overlay overlay : overlays.all()) {
            boolean inForce = entries.stream()
                    .anyMatch(entry ->
                            entry.identity().filter(overlay.instance()::equals).isPresent()
                                    && entry.incarnation().equals(overlay.incarnation()));
            if (overlay.instance().service().equals(service) && !inForce) {
                console.say("left of an incarnation of " + overlay.instance() + " that is gone: " + overlay.sentence()
                        + "; " + remedy(overlay.instance()));
            }
        }
    }

    private static String remedy(InstanceId instance) {
        return "'rollcall resume \"" + instance.service() + "\" \"" + instance.id() + "\"' removes it";
    }
}
