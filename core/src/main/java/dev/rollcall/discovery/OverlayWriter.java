package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.Compare.Relation;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Kv;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.TxnResult;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.keyspace.OverlayFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lays overlays over instances, and takes them away. */
final class OverlayWriter {

    /** An owner writes its key a few times a minute; who changes it faster is no instance to be bound to. */
    private static final int TRIES = 10;

    private static final Incarnation UNKNOWN = Incarnation.ofKey(0);

    private final Kv kv;
    private final Keyspace keyspace;

    OverlayWriter(Kv kv, Keyspace keyspace) {
        this.kv = kv;
        this.keyspace = keyspace;
    }

    /** Takes out the incarnation that is registered at the moment of the write: an overlay of one before it would say nothing. */
    CompletionStage<Overlay> takeOut(InstanceId instance, String reason) {
        Overlay draft = Overlay.out(instance, UNKNOWN, reason);
        Bytes key = keyspace.key(instance);
        return kv.getAsync(Get.key(key))
                .thenCompose(read -> write(draft, key, read.first().orElse(null), TRIES));
    }

    private CompletionStage<Overlay> write(Overlay draft, Bytes key, @Nullable KeyValue found, int tries) {
        if (found == null) {
            return failed(draft.instance() + " is not registered; there is nobody to take out of service at " + key);
        }
        if (tries == 0) {
            return failed(draft.instance() + " changes all the time; it was not taken out of service");
        }
        Incarnation incarnation = keyspace.decode(key, found.value()).incarnation(found.createRevision());
        Overlay overlay = Overlay.out(draft.instance(), incarnation, draft.reason());
        Txn txn = Txn.when(Compare.modRevision(key, Relation.EQUAL, found.modRevision()))
                .then(Put.of(OverlayFormat.key(key), OverlayFormat.encode(overlay)))
                .otherwise(Get.key(key));
        return kv.txnAsync(txn)
                .thenCompose(done -> done.succeeded()
                        ? CompletableFuture.completedFuture(overlay)
                        : write(draft, key, nowThere(done), tries - 1));
    }

    private static @Nullable KeyValue nowThere(TxnResult refused) {
        return refused.results().get(0) instanceof GetResult read ? read.first().orElse(null) : null;
    }

    private static <T> CompletionStage<T> failed(String message) {
        return CompletableFuture.failedFuture(new DiscoveryException(message));
    }

    /** Takes the overlay away, whatever it is about; answers what it was, as far as it can be read. */
    CompletionStage<Optional<Overlay>> resume(InstanceId instance) {
        Bytes key = OverlayFormat.key(keyspace.key(instance));
        return kv.deleteAsync(Delete.key(key).withPrevious())
                .thenApply(
                        deleted -> deleted.previous().stream().findFirst().map(last -> readOrUnknown(instance, last)));
    }

    private static Overlay readOrUnknown(InstanceId instance, KeyValue last) {
        try {
            return OverlayFormat.decode(instance, last.value());
        } catch (IllegalArgumentException malformed) {
            return Overlay.out(instance, UNKNOWN, "");
        }
    }
}
