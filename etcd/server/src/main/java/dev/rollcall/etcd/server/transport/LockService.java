package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.LockGrpc;
import dev.rollcall.etcd.proto.LockRequest;
import dev.rollcall.etcd.proto.LockResponse;
import dev.rollcall.etcd.proto.UnlockRequest;
import dev.rollcall.etcd.proto.UnlockResponse;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Locks: of the keys below a name, one for each lease that wants the lock, the oldest has it. */
final class LockService extends LockGrpc.LockImplBase {
    private final Loop loop;
    private final Callers callers;
    private final Headers headers;
    private final Limits limits;

    LockService(Loop loop, Callers callers, Headers headers, Limits limits) {
        this.loop = loop;
        this.callers = callers;
        this.headers = headers;
        this.limits = limits;
    }

    @Override
    public void lock(LockRequest request, StreamObserver<LockResponse> observer) {
        Recipe<LockResponse> recipe = new Recipe<>(loop, callers.current(), observer);
        recipe.begin(() -> {
            limits.requireFits(request);
            Bytes prefix = FromWire.bytes(request.getName()).plus(Bytes.utf8("/"));
            recipe.withLease(request.getLease(), lease -> enqueue(recipe, prefix, lease));
        });
    }

    @Override
    public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> observer) {
        Recipe<UnlockResponse> recipe = new Recipe<>(loop, callers.current(), observer);
        recipe.begin(() -> recipe.carryOut(
                new Op.DeleteRange(KeyRange.single(FromWire.bytes(request.getKey())), false),
                deleted -> recipe.finish(UnlockResponse.newBuilder()
                        .setHeader(headers.at(deleted.revision()))
                        .build())));
    }

    /** Writes the lease's key, or finds it where the same lease has asked before, and looks who has the lock. */
    private void enqueue(Recipe<LockResponse> recipe, Bytes prefix, long lease) {
        Bytes key = Recipe.key(prefix, lease);
        KeyRange all = KeyRange.prefix(prefix);
        Op owner = new Op.Range(Recipe.oldest(all));
        Op.Txn txn = new Op.Txn(
                List.of(Compare.created(key, 0)),
                List.of(new Op.Put(key, Bytes.EMPTY, lease, false, false, false), owner),
                List.of(new Op.Range(RangeQuery.current(KeyRange.single(key))), owner));
        recipe.carryOut(txn, outcome -> {
            Outcome.Txn done = (Outcome.Txn) outcome;
            long created = done.succeeded() ? done.revision() : created(done);
            KeyValue first = Recipe.first(
                    ((Outcome.Range) done.outcomes().get(1)).result().kvs());
            boolean held = first == null || first.createRevision() == created;
            if (held && !recipe.isGone()) {
                answer(recipe, key, done.revision());
            } else if (done.succeeded() || !recipe.isGone()) {
                Op undo = new Op.DeleteRange(KeyRange.single(key), false);
                recipe.awaitTurn(all, created, undo, () -> lookAgain(recipe, key));
            }
        });
    }

    /** While it waited, its own lease may have run out. */
    private void lookAgain(Recipe<LockResponse> recipe, Bytes key) {
        long revision = recipe.store().revision();
        if (recipe.store().at(key, revision) == null) {
            throw new Refusal(Reason.LOCK_LOST);
        }
        answer(recipe, key, revision);
    }

    private void answer(Recipe<LockResponse> recipe, Bytes key, long revision) {
        recipe.finish(LockResponse.newBuilder()
                .setHeader(headers.at(revision))
                .setKey(ToWire.bytes(key))
                .build());
    }

    private static long created(Outcome.Txn txn) {
        return ((Outcome.Range) txn.outcomes().get(0)).result().kvs().get(0).createRevision();
    }
}
