package dev.rollcall.etcd.server.transport;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthRoleGrantPermissionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.Permission;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.watch.WatchSpec;
import java.util.List;

/** Reads requests. */
final class FromWire {
    private static final Bytes FIRST_KEY = Bytes.wrap(new byte[] {0});

    private FromWire() {}

    static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }

    static RangeQuery query(RangeRequest request) {
        SortOrder order = switch (request.getSortOrder()) {
            case NONE, UNRECOGNIZED -> SortOrder.NONE;
            case ASCEND -> SortOrder.ASCEND;
            case DESCEND -> SortOrder.DESCEND;
        };
        SortTarget target = switch (request.getSortTarget()) {
            case KEY -> SortTarget.KEY;
            case VERSION -> SortTarget.VERSION;
            case CREATE -> SortTarget.CREATE;
            case MOD -> SortTarget.MOD;
            case VALUE -> SortTarget.VALUE;
            case UNRECOGNIZED -> throw new Refusal(Reason.INVALID_SORT_OPTION);
        };
        boolean unsorted = request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED;
        Filter filter = new Filter(
                request.getMinModRevision(),
                request.getMaxModRevision(),
                request.getMinCreateRevision(),
                request.getMaxCreateRevision());
        return new RangeQuery(
                range(request.getKey(), request.getRangeEnd()),
                request.getLimit(),
                request.getRevision(),
                order,
                unsorted ? SortTarget.KEY : target,
                request.getKeysOnly(),
                request.getCountOnly(),
                filter);
    }

    static Op put(PutRequest request) {
        return new Op.Put(
                bytes(request.getKey()),
                bytes(request.getValue()),
                request.getLease(),
                request.getPrevKv(),
                request.getIgnoreValue(),
                request.getIgnoreLease());
    }

    static Op delete(DeleteRangeRequest request) {
        return new Op.DeleteRange(range(request.getKey(), request.getRangeEnd()), request.getPrevKv());
    }

    static Op txn(TxnRequest request) {
        return new Op.Txn(
                request.getCompareList().stream().map(FromWire::compare).toList(),
                ops(request.getSuccessList()),
                ops(request.getFailureList()));
    }

    /** A kind of permission that does not exist is as wrong as a range that does not. */
    static AuthChange grant(AuthRoleGrantPermissionRequest request) {
        if (!request.hasPerm()) {
            return new AuthChange.GrantPermission(request.getName(), null);
        }
        Permission.Kind kind = switch (request.getPerm().getPermType()) {
            case READ -> Permission.Kind.READ;
            case WRITE -> Permission.Kind.WRITE;
            case READWRITE -> Permission.Kind.READ_WRITE;
            case UNRECOGNIZED -> throw new Refusal(Reason.INVALID_AUTH_MANAGEMENT);
        };
        Permission permission = new Permission(
                kind, bytes(request.getPerm().getKey()), bytes(request.getPerm().getRangeEnd()));
        return new AuthChange.GrantPermission(request.getName(), permission);
    }

    static WatchSpec watch(WatchCreateRequest request) {
        Bytes key = bytes(request.getKey());
        return new WatchSpec(
                request.getWatchId(),
                KeyRange.of(key.isEmpty() ? FIRST_KEY : key, bytes(request.getRangeEnd())),
                request.getStartRevision(),
                !request.getFiltersList().contains(WatchCreateRequest.FilterType.NOPUT),
                !request.getFiltersList().contains(WatchCreateRequest.FilterType.NODELETE),
                request.getPrevKv(),
                request.getProgressNotify(),
                request.getFragment());
    }

    private static KeyRange range(ByteString key, ByteString rangeEnd) {
        return KeyRange.of(bytes(key), bytes(rangeEnd));
    }

    private static List<Op> ops(List<RequestOp> requests) {
        return requests.stream().map(FromWire::op).toList();
    }

    private static Op op(RequestOp request) {
        return switch (request.getRequestCase()) {
            case REQUEST_RANGE -> new Op.Range(query(request.getRequestRange()));
            case REQUEST_PUT -> put(request.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(request.getRequestDeleteRange());
            case REQUEST_TXN -> txn(request.getRequestTxn());
            case REQUEST_NOT_SET -> new Op.Unset();
        };
    }

    /** An operand of another kind than the target counts as zero, or as no bytes: what the getter of an absent field says. */
    private static Compare compare(dev.rollcall.etcd.proto.Compare request) {
        KeyRange range = range(request.getKey(), request.getRangeEnd());
        Compare.Result result = switch (request.getResult()) {
            case EQUAL -> Compare.Result.EQUAL;
            case GREATER -> Compare.Result.GREATER;
            case LESS -> Compare.Result.LESS;
            case NOT_EQUAL -> Compare.Result.NOT_EQUAL;
            case UNRECOGNIZED -> Compare.Result.UNKNOWN;
        };
        return switch (request.getTarget()) {
            case VERSION -> number(range, Compare.Target.VERSION, result, request.getVersion());
            case CREATE -> number(range, Compare.Target.CREATE, result, request.getCreateRevision());
            case MOD -> number(range, Compare.Target.MOD, result, request.getModRevision());
            case LEASE -> number(range, Compare.Target.LEASE, result, request.getLease());
            case VALUE -> new Compare(range, Compare.Target.VALUE, result, 0, bytes(request.getValue()));
            case UNRECOGNIZED -> number(range, Compare.Target.UNKNOWN, result, 0);
        };
    }

    private static Compare number(KeyRange range, Compare.Target target, Compare.Result result, long number) {
        return new Compare(range, target, result, number, Bytes.EMPTY);
    }
}
