package dev.rollcall.etcd.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.server.auth.Permission;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeResult;
import dev.rollcall.etcd.server.watch.WatchMessage;
import java.util.List;

/** Writes answers. */
final class ToWire {
    private ToWire() {}

    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    static dev.rollcall.etcd.proto.KeyValue keyValue(KeyValue kv) {
        return dev.rollcall.etcd.proto.KeyValue.newBuilder()
                .setKey(bytes(kv.key()))
                .setValue(bytes(kv.value()))
                .setCreateRevision(kv.createRevision())
                .setModRevision(kv.modRevision())
                .setVersion(kv.version())
                .setLease(kv.lease())
                .build();
    }

    static RangeResponse range(ResponseHeader header, RangeResult result) {
        return RangeResponse.newBuilder()
                .setHeader(header)
                .addAllKvs(keyValues(result.kvs()))
                .setMore(result.more())
                .setCount(result.count())
                .build();
    }

    static PutResponse put(ResponseHeader header, Outcome.Put put) {
        PutResponse.Builder response = PutResponse.newBuilder().setHeader(header);
        KeyValue previous = put.previous();
        if (previous != null) {
            response.setPrevKv(keyValue(previous));
        }
        return response.build();
    }

    static DeleteRangeResponse delete(ResponseHeader header, Outcome.DeleteRange delete) {
        return DeleteRangeResponse.newBuilder()
                .setHeader(header)
                .setDeleted(delete.deleted())
                .addAllPrevKvs(keyValues(delete.previous()))
                .build();
    }

    static TxnResponse txn(ResponseHeader header, Outcome.Txn txn) {
        TxnResponse.Builder response =
                TxnResponse.newBuilder().setHeader(header).setSucceeded(txn.succeeded());
        txn.outcomes().forEach(outcome -> response.addResponses(op(outcome)));
        return response.build();
    }

    /** Inside a transaction a header has a revision and nothing else, and that of a nested transaction not even that. */
    private static ResponseOp op(Outcome outcome) {
        ResponseHeader header =
                ResponseHeader.newBuilder().setRevision(outcome.revision()).build();
        ResponseOp.Builder op = ResponseOp.newBuilder();
        if (outcome instanceof Outcome.Range range) {
            return op.setResponseRange(range(header, range.result())).build();
        }
        if (outcome instanceof Outcome.Put put) {
            return op.setResponsePut(put(header, put)).build();
        }
        if (outcome instanceof Outcome.DeleteRange delete) {
            return op.setResponseDeleteRange(delete(header, delete)).build();
        }
        return op.setResponseTxn(txn(ResponseHeader.getDefaultInstance(), (Outcome.Txn) outcome))
                .build();
    }

    static WatchResponse watch(Headers headers, WatchMessage message) {
        WatchResponse.Builder response = WatchResponse.newBuilder()
                .setHeader(headers.at(message.revision()))
                .setWatchId(message.watchId())
                .setCompactRevision(message.compacted())
                .setCancelReason(message.reason());
        switch (message.kind()) {
            case CREATED -> response.setCreated(true);
            case REFUSED -> response.setCreated(true).setCanceled(true);
            case CANCELED -> response.setCanceled(true);
            case PROGRESS, EVENTS -> message.events().forEach(event -> response.addEvents(event(event)));
        }
        return response.build();
    }

    /** A deletion carries the key and the revision of the deletion, which is just what a tombstone has. */
    private static Event event(WatchMessage.Event event) {
        Event.Builder wire = Event.newBuilder().setKv(keyValue(event.kv()));
        if (event.kv().isTombstone()) {
            wire.setType(Event.EventType.DELETE);
        }
        KeyValue previous = event.previous();
        if (previous != null) {
            wire.setPrevKv(keyValue(previous));
        }
        return wire.build();
    }

    private static List<dev.rollcall.etcd.proto.KeyValue> keyValues(List<KeyValue> kvs) {
        return kvs.stream().map(ToWire::keyValue).toList();
    }

    static dev.rollcall.etcd.proto.Permission permission(Permission permission) {
        dev.rollcall.etcd.proto.Permission.Type kind = switch (permission.kind()) {
            case READ -> dev.rollcall.etcd.proto.Permission.Type.READ;
            case WRITE -> dev.rollcall.etcd.proto.Permission.Type.WRITE;
            case READ_WRITE -> dev.rollcall.etcd.proto.Permission.Type.READWRITE;
        };
        return dev.rollcall.etcd.proto.Permission.newBuilder()
                .setPermType(kind)
                .setKey(bytes(permission.key()))
                .setRangeEnd(bytes(permission.rangeEnd()))
                .build();
    }
}
