package dev.rollcall.etcd;

/**
 * A condition of a {@link Txn}, judged on the state before it.
 *
 * <p>A key that does not exist counts as 0 in every number, and no condition on its value holds, not even {@link Relation#NOT_EQUAL}.
 * Over a range of keys the condition must hold for each of them.
 *
 * @param range the key, or the keys
 * @param target what is compared
 * @param relation how it must relate to the operand
 * @param number the operand for every target but {@link Target#VALUE}
 * @param value the operand for {@link Target#VALUE}
 */
public record Compare(KeyRange range, Target target, Relation relation, long number, Bytes value) {

    /** What a condition looks at. */
    public enum Target {
        /** The number of puts since creation; 0 means absent. */
        VERSION,
        /** The revision that created the key; 0 means absent. */
        CREATE,
        /** The revision that last changed the key. */
        MOD,
        /** The value. */
        VALUE,
        /** The lease; 0 means none. */
        LEASE
    }

    /** How the key must relate to the operand. */
    public enum Relation {
        /** Equal to it. */
        EQUAL,
        /** Greater than it. */
        GREATER,
        /** Less than it. */
        LESS,
        /** Anything but it. */
        NOT_EQUAL
    }

    /** The key does not exist. */
    public static Compare absent(Bytes key) {
        return createRevision(key, Relation.EQUAL, 0);
    }

    /** The key exists. */
    public static Compare exists(Bytes key) {
        return createRevision(key, Relation.GREATER, 0);
    }

    /** A condition on the number of puts. */
    public static Compare version(Bytes key, Relation relation, long version) {
        return new Compare(KeyRange.single(key), Target.VERSION, relation, version, Bytes.EMPTY);
    }

    /** A condition on the revision that created the key. */
    public static Compare createRevision(Bytes key, Relation relation, long revision) {
        return new Compare(KeyRange.single(key), Target.CREATE, relation, revision, Bytes.EMPTY);
    }

    /** A condition on the revision that last changed the key. */
    public static Compare modRevision(Bytes key, Relation relation, long revision) {
        return new Compare(KeyRange.single(key), Target.MOD, relation, revision, Bytes.EMPTY);
    }

    /** A condition on the value. */
    public static Compare value(Bytes key, Relation relation, Bytes value) {
        return new Compare(KeyRange.single(key), Target.VALUE, relation, 0, value);
    }

    /** A condition on the lease. */
    public static Compare lease(Bytes key, Relation relation, LeaseId lease) {
        return new Compare(KeyRange.single(key), Target.LEASE, relation, lease.value(), Bytes.EMPTY);
    }

    /** The same condition for every key of a range. */
    public Compare overAll(KeyRange keys) {
        return new Compare(keys, target, relation, number, value);
    }
}
