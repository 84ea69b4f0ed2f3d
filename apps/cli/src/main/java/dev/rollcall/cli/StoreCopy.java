package dev.rollcall.cli;

import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.LeaseTimeToLive;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Copies what a store holds into an empty one: keys in the order of their last writes, each under a lease of the same number. */
final class StoreCopy {

    private final EtcdClient from;
    private final EtcdClient to;

    /**
     * What was copied.
     *
     * @param fromRevision the revision that was read
     * @param toRevision the revision of the last write
     */
    record Done(int keys, int leases, long fromRevision, long toRevision) {}

    /** The value of a key, and the lease it lives by. */
    private record Held(Bytes value, LeaseId lease) {}

    StoreCopy(EtcdClient from, EtcdClient to) {
        this.from = from;
        this.to = to;
    }

    /** Copies, compares, and fails where the two differ then. */
    Done run() {
        long present = to.kv().get(Get.range(KeyRange.all()).counting()).count();
        if (present > 0) {
            throw Failure.usage("the etcd to copy into has " + present
                    + " keys, which the copy would be mixed with; name an empty one, or delete them first");
        }
        GetResult source = from.kv().list(KeyRange.all());
        List<KeepAlive> kept = new ArrayList<>();
        try {
            grantAll(kept);
            return copy(source, kept.size());
        } finally {
            kept.forEach(KeepAlive::close);
        }
    }

    private Done copy(GetResult source, int leases) {
        SortedMap<Long, List<KeyValue>> writes = new TreeMap<>();
        for (KeyValue kv : source.kvs()) {
            writes.computeIfAbsent(kv.modRevision(), absent -> new ArrayList<>())
                    .add(kv);
        }
        writes.values().forEach(this::write);
        compare(source);
        long copied = to.kv().get(Get.range(KeyRange.all()).counting()).header().revision();
        return new Done(source.kvs().size(), leases, source.header().revision(), copied);
    }

    /** Kept alive as long as this lasts, for their owners do not know the copy yet. */
    private void grantAll(List<KeepAlive> kept) {
        for (LeaseId id : from.leases().list()) {
            LeaseTimeToLive lease = from.leases().timeToLive(id);
            if (lease.alive()) {
                kept.add(to.leases().keepAlive(grant(id, lease.granted()), (keepAlive, state, header) -> {}));
            }
        }
    }

    /** One that is there already is left from an attempt before. */
    private LeaseGrant grant(LeaseId id, Duration time) {
        try {
            return to.leases().grant(id, time);
        } catch (EtcdException e) {
            if (e.code() != EtcdError.LEASE_EXISTS) {
                throw e;
            }
            LeaseTimeToLive there = to.leases().timeToLive(id);
            return new LeaseGrant(there.header(), id, there.granted());
        }
    }

    /** What one revision wrote stays together, as far as a transaction holds it. */
    private void write(List<KeyValue> together) {
        for (int first = 0; first < together.size(); first += Txn.MAX_OPS) {
            List<KeyValue> part = together.subList(first, Math.min(first + Txn.MAX_OPS, together.size()));
            Op[] puts = part.stream()
                    .map(kv -> Put.of(kv.key(), kv.value()).under(kv.lease()))
                    .toArray(Op[]::new);
            to.kv().txn(Txn.when().then(puts));
        }
    }

    private void compare(GetResult source) {
        long now = from.kv().get(Get.range(KeyRange.all()).counting()).header().revision();
        if (now != source.header().revision()) {
            throw new Failure(
                    ExitCode.ERROR,
                    "the store was written to meanwhile (revision "
                            + source.header().revision() + ", now " + now
                            + "), which the copy lacks; empty the other one, stop the writers, and export again");
        }
        if (!held(source).equals(held(to.kv().list(KeyRange.all())))) {
            throw new Failure(
                    ExitCode.ERROR,
                    "the copy differs from the store: somebody wrote to it, or a lease ran out;"
                            + " empty it, see that nobody uses it, and export again");
        }
    }

    private static Map<Bytes, Held> held(GetResult read) {
        Map<Bytes, Held> held = new HashMap<>();
        read.kvs().forEach(kv -> held.put(kv.key(), new Held(kv.value(), kv.lease())));
        return held;
    }
}
