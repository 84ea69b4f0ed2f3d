package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.KVGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The keys of the store, over gRPC. */
final class GrpcKv implements Kv {

    private final Session session;
    private final Blocking blocking;

    GrpcKv(Session session, Blocking blocking) {
        this.session = session;
        this.blocking = blocking;
    }

    @Override
    public GetResult get(Get get) {
        return blocking.await(read(get));
    }

    @Override
    public CompletionStage<GetResult> getAsync(Get get) {
        return blocking.stage(read(get));
    }

    private CompletableFuture<GetResult> read(Get get) {
        Call.Kind kind = get.serializable() ? Call.Kind.LOCAL_READ : Call.Kind.READ;
        return session.calls()
                .ask(Call.of(KVGrpc.getRangeMethod(), Wire.range(get), kind, "get of " + get.range()))
                .thenApply(answer -> Fit.of(get, Wire.range(answer)));
    }

    @Override
    public GetResult list(Get get) {
        return blocking.await(pages(get), PagedList.PATIENCE.toNanos());
    }

    @Override
    public CompletionStage<GetResult> listAsync(Get get) {
        return blocking.stage(pages(get));
    }

    private CompletableFuture<GetResult> pages(Get get) {
        return new PagedList(this::read, session.loop()::now, get).begin();
    }

    @Override
    public PutResult put(Put put) {
        return blocking.awaitChange(write(put));
    }

    @Override
    public CompletionStage<PutResult> putAsync(Put put) {
        return blocking.stage(write(put));
    }

    private CompletableFuture<PutResult> write(Put put) {
        return session.calls()
                .ask(Call.of(KVGrpc.getPutMethod(), Wire.put(put), Call.Kind.WRITE, "put of " + put.key()))
                .thenApply(answer -> Fit.ofWrite(Wire.put(answer)));
    }

    @Override
    public DeleteResult delete(Delete delete) {
        return blocking.awaitChange(remove(delete));
    }

    @Override
    public CompletionStage<DeleteResult> deleteAsync(Delete delete) {
        return blocking.stage(remove(delete));
    }

    private CompletableFuture<DeleteResult> remove(Delete delete) {
        return session.calls()
                .ask(Call.of(
                        KVGrpc.getDeleteRangeMethod(),
                        Wire.delete(delete),
                        Call.Kind.WRITE,
                        "delete of " + delete.range()))
                .thenApply(answer -> Fit.ofWrite(Wire.delete(answer)));
    }

    @Override
    public TxnResult txn(Txn txn) {
        return blocking.awaitChange(transact(txn));
    }

    @Override
    public CompletionStage<TxnResult> txnAsync(Txn txn) {
        return blocking.stage(transact(txn));
    }

    private CompletableFuture<TxnResult> transact(Txn txn) {
        Call.Kind kind = isRead(txn) ? Call.Kind.READ : Call.Kind.WRITE;
        return session.calls()
                .ask(Call.of(KVGrpc.getTxnMethod(), Wire.txn(txn), kind, "transaction" + firstKey(txn)))
                .thenApply(answer -> Fit.of(txn, Wire.txn(answer), kind == Call.Kind.READ));
    }

    private static boolean isRead(Txn txn) {
        return txn.then().stream().allMatch(Get.class::isInstance)
                && txn.otherwise().stream().allMatch(Get.class::isInstance);
    }

    private static String firstKey(Txn txn) {
        for (Op op : txn.then()) {
            if (op instanceof Put put) {
                return " with a put of " + put.key();
            } else if (op instanceof Delete delete) {
                return " with a delete of " + delete.range();
            }
        }
        return txn.conditions().isEmpty()
                ? ""
                : " on " + txn.conditions().get(0).range();
    }

    @Override
    public Header compact(long revision) {
        return blocking.awaitChange(forget(revision));
    }

    @Override
    public CompletionStage<Header> compactAsync(long revision) {
        return blocking.stage(forget(revision));
    }

    private CompletableFuture<Header> forget(long revision) {
        return session.calls()
                .ask(Call.of(
                        KVGrpc.getCompactMethod(),
                        Wire.compaction(revision),
                        Call.Kind.WRITE,
                        "compaction at revision " + revision))
                .thenApply(answer -> Wire.header(answer.getHeader()));
    }
}
