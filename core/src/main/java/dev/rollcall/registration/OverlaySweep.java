package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.Compare.Relation;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Kv;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.TxnResult;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.keyspace.OverlayFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the overlays of registrations that ended, for nobody will be that incarnation again. What fails, be it for want of permission, is not tried again:
 * an overlay that stays behind says nothing of anybody, and operators can remove it. Safe for use by several threads.
 */
final class OverlaySweep {

    private static final Logger log = LoggerFactory.getLogger(OverlaySweep.class);
    private static final int AT_ONCE = 100;

    private final Kv kv;
    private final Set<Ended> ended = new LinkedHashSet<>();

    /** An instance that is registered no longer: its key, and which life of it is over. */
    record Ended(Bytes key, InstanceId instance, Incarnation incarnation) {

        Bytes overlay() {
            return OverlayFormat.key(key);
        }
    }

    OverlaySweep(Kv kv) {
        this.kv = kv;
    }

    /** Remembers one for the next sweep; answers whether it is the first. */
    synchronized boolean add(Ended one) {
        ended.add(one);
        return ended.size() == 1;
    }

    private synchronized List<Ended> take() {
        List<Ended> taken = List.copyOf(ended);
        ended.clear();
        return taken;
    }

    /** Looks for the overlays of all that ended, and deletes them; completes when that is done, or has failed. */
    CompletionStage<Void> sweep() {
        List<Ended> all = take();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            parts.add(sweep(all.subList(from, Math.min(all.size(), from + AT_ONCE))));
        }
        return all(parts);
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> sweep(List<Ended> some) {
        List<Op> reads = new ArrayList<>();
        some.forEach(one -> reads.add(Get.key(one.overlay())));
        return forgiven(new Txn(List.of(), reads, List.of()), read -> {
            List<CompletableFuture<Void>> deletions = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                Ended one = some.get(i);
                if (read.results().get(i) instanceof GetResult found) {
                    found.first().ifPresent(overlay -> deletions.add(delete(one, overlay)));
                }
            }
            return all(deletions);
        });
    }

    /** One that names no incarnation is over where its key is gone: whoever comes next has another. */
    private CompletableFuture<Void> delete(Ended one, KeyValue overlay) {
        Incarnation about;
        try {
            about = OverlayFormat.decode(one.instance(), overlay.value()).incarnation();
        } catch (IllegalArgumentException malformed) {
            return CompletableFuture.completedFuture(null);
        }
        if (about.isNamed() && !about.equals(one.incarnation())) {
            return CompletableFuture.completedFuture(null);
        }
        Compare unchanged = Compare.modRevision(one.overlay(), Relation.EQUAL, overlay.modRevision());
        Txn guarded = about.isNamed() ? Txn.when(unchanged) : Txn.when(unchanged, Compare.absent(one.key()));
        return forgiven(guarded.then(Delete.key(one.overlay())), done -> CompletableFuture.completedFuture(null));
    }

    /** What comes after a call; where it fails that is all. */
    private CompletableFuture<Void> forgiven(Txn call, Function<TxnResult, CompletionStage<Void>> then) {
        try {
            return kv.txnAsync(call)
                    .thenCompose(then)
                    .exceptionally(failure -> {
                        log.debug("overlays of closed registrations may stay behind: {}", failure.toString());
                        return null;
                    })
                    .toCompletableFuture();
        } catch (EtcdException e) {
            log.debug("overlays of closed registrations may stay behind: {}", e.toString());
            return CompletableFuture.completedFuture(null);
        }
    }
}
