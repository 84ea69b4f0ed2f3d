package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns our values into etcd's messages and back, as {@link WatchWire} does for watches. */
final class Wire {

    private Wire() {}

    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.unsafeArray());
    }

    static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }

    static RangeRequest range(Get get) {
        return RangeRequest.newBuilder()
                .setKey(bytes(get.range().from()))
                .setRangeEnd(bytes(get.range().end()))
                .setLimit(get.limit())
                .setRevision(get.revision())
                .setSerializable(get.serializable())
                .setKeysOnly(get.keysOnly())
                .setCountOnly(get.countOnly())
                .setSortTarget(RangeRequest.SortTarget.valueOf(get.sortTarget().name()))
                .setSortOrder(RangeRequest.SortOrder.valueOf(get.sortOrder().name()))
                .setMinModRevision(get.minModRevision())
                .setMaxModRevision(get.maxModRevision())
                .setMinCreateRevision(get.minCreateRevision())
                .setMaxCreateRevision(get.maxCreateRevision())
                .build();
    }

    static PutRequest put(Put put) {
        return PutRequest.newBuilder()
                .setKey(bytes(put.key()))
                .setValue(bytes(put.value()))
                .setLease(put.lease().value())
                .setPrevKv(put.previous())
                .setIgnoreValue(put.ignoreValue())
                .setIgnoreLease(put.ignoreLease())
                .build();
    }

    static DeleteRangeRequest delete(Delete delete) {
        return DeleteRangeRequest.newBuilder()
                .setKey(bytes(delete.range().from()))
                .setRangeEnd(bytes(delete.range().end()))
                .setPrevKv(delete.previous())
                .build();
    }

    static TxnRequest txn(Txn txn) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        txn.conditions().forEach(condition -> request.addCompare(compare(condition)));
        txn.then().forEach(op -> request.addSuccess(op(op)));
        txn.otherwise().forEach(op -> request.addFailure(op(op)));
        return request.build();
    }

    static CompactionRequest compaction(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }

    private static dev.rollcall.etcd.proto.Compare compare(Compare condition) {
        dev.rollcall.etcd.proto.Compare.Builder built = dev.rollcall.etcd.proto.Compare.newBuilder()
                .setKey(bytes(condition.range().from()))
                .setRangeEnd(bytes(condition.range().end()))
                .setTarget(dev.rollcall.etcd.proto.Compare.CompareTarget.valueOf(
                        condition.target().name()))
                .setResult(dev.rollcall.etcd.proto.Compare.CompareResult.valueOf(
                        condition.relation().name()));
        switch (condition.target()) {
            case VERSION -> built.setVersion(condition.number());
            case CREATE -> built.setCreateRevision(condition.number());
            case MOD -> built.setModRevision(condition.number());
            case VALUE -> built.setValue(bytes(condition.value()));
            case LEASE -> built.setLease(condition.number());
        }
        return built.build();
    }

    private static RequestOp op(Op op) {
        RequestOp.Builder built = RequestOp.newBuilder();
        if (op instanceof Get get) {
            return built.setRequestRange(range(get)).build();
        } else if (op instanceof Put put) {
            return built.setRequestPut(put(put)).build();
        } else if (op instanceof Delete delete) {
            return built.setRequestDeleteRange(delete(delete)).build();
        }
        return built.setRequestTxn(txn((Txn) op)).build();
    }

    static Header header(ResponseHeader header) {
        return new Header(header.getClusterId(), header.getMemberId(), header.getRevision(), header.getRaftTerm());
    }

    static KeyValue kv(dev.rollcall.etcd.proto.KeyValue kv) {
        return kv(kv, lease(kv.getLease(), LeaseId.NONE));
    }

    private static KeyValue kv(dev.rollcall.etcd.proto.KeyValue kv, LeaseId lease) {
        return new KeyValue(
                bytes(kv.getKey()),
                bytes(kv.getValue()),
                kv.getCreateRevision(),
                kv.getModRevision(),
                kv.getVersion(),
                lease);
    }

    /** Keys of one owner stand together and under one lease: a view of many keeps one number for all of them. */
    private static List<KeyValue> kvs(List<dev.rollcall.etcd.proto.KeyValue> kvs) {
        List<KeyValue> read = new ArrayList<>(kvs.size());
        LeaseId lease = LeaseId.NONE;
        for (dev.rollcall.etcd.proto.KeyValue kv : kvs) {
            lease = lease(kv.getLease(), lease);
            read.add(kv(kv, lease));
        }
        return read;
    }

    private static LeaseId lease(long number, LeaseId last) {
        if (number == 0) {
            return LeaseId.NONE;
        }
        return number == last.value() ? last : new LeaseId(number);
    }

    static GetResult range(RangeResponse answer) {
        return new GetResult(header(answer.getHeader()), kvs(answer.getKvsList()), answer.getMore(), answer.getCount());
    }

    static PutResult put(PutResponse answer) {
        return new PutResult(
                header(answer.getHeader()),
                answer.hasPrevKv() ? Optional.of(kv(answer.getPrevKv())) : Optional.empty());
    }

    static DeleteResult delete(DeleteRangeResponse answer) {
        return new DeleteResult(header(answer.getHeader()), answer.getDeleted(), kvs(answer.getPrevKvsList()));
    }

    static TxnResult txn(TxnResponse answer) {
        return new TxnResult(
                header(answer.getHeader()),
                answer.getSucceeded(),
                answer.getResponsesList().stream().map(Wire::op).toList());
    }

    /** What an empty part of an answer is read as: it fits no question. */
    private static final DeleteResult NOTHING =
            delete(DeleteRangeResponse.newBuilder().setDeleted(-1).build());

    private static OpResult op(ResponseOp answer) {
        return switch (answer.getResponseCase()) {
            case RESPONSE_RANGE -> range(answer.getResponseRange());
            case RESPONSE_PUT -> put(answer.getResponsePut());
            case RESPONSE_DELETE_RANGE -> delete(answer.getResponseDeleteRange());
            case RESPONSE_TXN -> txn(answer.getResponseTxn());
            case RESPONSE_NOT_SET -> NOTHING;
        };
    }

    static LeaseGrant grant(LeaseGrantResponse answer, long askedAt) {
        return new LeaseGrant(
                header(answer.getHeader()),
                new LeaseId(answer.getID()),
                Duration.ofSeconds(answer.getTTL()),
                OptionalLong.of(askedAt));
    }

    static LeaseTimeToLive timeToLive(LeaseTimeToLiveResponse answer) {
        boolean alive = answer.getTTL() >= 0 && answer.getGrantedTTL() > 0;
        return new LeaseTimeToLive(
                header(answer.getHeader()),
                new LeaseId(answer.getID()),
                alive,
                Duration.ofSeconds(alive ? answer.getTTL() : 0),
                Duration.ofSeconds(answer.getGrantedTTL()),
                answer.getKeysList().stream().map(Wire::bytes).toList());
    }

    static Member member(dev.rollcall.etcd.proto.Member member) {
        return new Member(
                member.getID(),
                member.getName(),
                member.getPeerURLsList(),
                member.getClientURLsList(),
                member.getIsLearner());
    }

    static MemberStatus status(Endpoint endpoint, StatusResponse answer) {
        return new MemberStatus(
                header(answer.getHeader()),
                endpoint.toString(),
                answer.getVersion(),
                answer.getDbSize(),
                answer.getLeader(),
                answer.getRaftIndex(),
                answer.getRaftTerm(),
                answer.getIsLearner(),
                answer.getErrorsList());
    }
}
