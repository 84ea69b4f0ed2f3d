package dev.rollcall.etcd.server.transport;

import com.google.protobuf.MessageLite;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.CompactionResponse;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.RangeResult;
import dev.rollcall.etcd.server.mvcc.Store;
import io.grpc.stub.StreamObserver;

/** Keys: ranges are read beside the loop, everything else goes through it. */
final class KvService extends KVGrpc.KVImplBase {
    private final Calls calls;
    private final Callers callers;
    private final Headers headers;
    private final Store store;
    private final Limits limits;

    KvService(Calls calls, Callers callers, Headers headers, Store store, Limits limits) {
        this.calls = calls;
        this.callers = callers;
        this.headers = headers;
        this.store = store;
        this.limits = limits;
    }

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> observer) {
        Callers.Caller caller = callers.current();
        calls.read(observer, () -> {
            RangeQuery query = FromWire.query(request);
            Machine.check(new Op.Range(query));
            RangeResult result = caller.read(query.range(), () -> store.range(query));
            return ToWire.range(headers.at(result.revision()), result);
        });
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> observer) {
        calls.apply(
                observer,
                () -> write(FromWire.put(request), request),
                outcome -> ToWire.put(headers.at(outcome.revision()), (Outcome.Put) outcome));
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> observer) {
        calls.apply(
                observer,
                () -> write(FromWire.delete(request), request),
                outcome -> ToWire.delete(headers.at(outcome.revision()), (Outcome.DeleteRange) outcome));
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> observer) {
        calls.apply(
                observer,
                () -> {
                    Op txn = FromWire.txn(request);
                    return txn.onlyReads() ? callers.byCurrent(checked(txn)) : write(txn, request);
                },
                outcome -> ToWire.txn(headers.at(outcome.revision()), (Outcome.Txn) outcome));
    }

    @Override
    public void compact(CompactionRequest request, StreamObserver<CompactionResponse> observer) {
        calls.apply(
                observer,
                () -> callers.byCurrent(new Command.Compact(request.getRevision())),
                outcome -> CompactionResponse.newBuilder()
                        .setHeader(headers.at(outcome.revision()))
                        .build());
    }

    private Command write(Op op, MessageLite request) {
        Command command = callers.byCurrent(checked(op));
        limits.requireFits(request);
        return command;
    }

    private Command checked(Op op) {
        Machine.check(op, limits.txnOps());
        return new Command.Execute(op);
    }
}
