package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Store;
import java.util.List;

/**
 * A comparison of every key in a range with an operand: a number, or bytes for {@link Target#VALUE}. A key that does not exist
 * counts as all zeros, except that its value compares with nothing.
 */
public record Compare(KeyRange range, Target target, Result result, long number, Bytes bytes) {
    private static final KeyValue ABSENT = new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0, 0);

    /** That a key was created at a revision; 0 for a key that does not exist. */
    public static Compare created(Bytes key, long revision) {
        return new Compare(KeyRange.single(key), Target.CREATE, Result.EQUAL, revision, Bytes.EMPTY);
    }

    boolean holds(Store store) {
        List<KeyValue> kvs = store.range(RangeQuery.current(range)).kvs();
        if (kvs.isEmpty()) {
            return target != Target.VALUE && holds(ABSENT);
        }
        return kvs.stream().allMatch(this::holds);
    }

    private boolean holds(KeyValue kv) {
        int order = switch (target) {
            case VERSION -> Long.compare(kv.version(), number);
            case CREATE -> Long.compare(kv.createRevision(), number);
            case MOD -> Long.compare(kv.modRevision(), number);
            case VALUE -> kv.value().compareTo(bytes);
            case LEASE -> Long.compare(kv.lease(), number);
            case UNKNOWN -> 0;
        };
        return switch (result) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNKNOWN -> true;
        };
    }

    /** What is compared. One that etcd does not know is found equal. */
    public enum Target {
        VERSION,
        CREATE,
        MOD,
        VALUE,
        LEASE,
        UNKNOWN
    }

    /** What must come out. One that etcd does not know always does. */
    public enum Result {
        EQUAL,
        GREATER,
        LESS,
        NOT_EQUAL,
        UNKNOWN
    }
}
