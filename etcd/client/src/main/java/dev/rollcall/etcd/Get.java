package dev.rollcall.etcd;

import java.util.function.Consumer;

/**
 * A read of a range of keys; immutable, each method returns a changed copy.
 *
 * @param range the keys to read
 * @param limit the most keys to return; 0 for all
 * @param revision the revision to read at; 0 for the current one
 * @param serializable whether the answering member's own, possibly older state is good enough
 * @param keysOnly whether values are left out
 * @param countOnly whether keys are left out, too, and only counted
 * @param sortTarget what to sort by
 * @param sortOrder the direction; {@link SortOrder#NONE} leaves key order, and means {@link SortOrder#ASCEND} where the target is not the key
 * @param minModRevision keys changed before this revision are left out; 0 for no bound
 * @param maxModRevision keys changed after this revision are left out; 0 for no bound
 * @param minCreateRevision keys created before this revision are left out; 0 for no bound
 * @param maxCreateRevision keys created after this revision are left out; 0 for no bound
 */
public record Get(
        KeyRange range,
        long limit,
        long revision,
        boolean serializable,
        boolean keysOnly,
        boolean countOnly,
        SortTarget sortTarget,
        SortOrder sortOrder,
        long minModRevision,
        long maxModRevision,
        long minCreateRevision,
        long maxCreateRevision)
        implements Op {

    /** What a read is sorted by. */
    public enum SortTarget {
        /** The key. */
        KEY,
        /** The number of puts since creation. */
        VERSION,
        /** The revision that created the key. */
        CREATE,
        /** The revision that last changed the key. */
        MOD,
        /** The value, byte by byte, unsigned. */
        VALUE
    }

    /** The direction a read is sorted in. */
    public enum SortOrder {
        /** As the keys come; smallest first where the target is not the key. */
        NONE,
        /** Smallest first. */
        ASCEND,
        /** Largest first. */
        DESCEND
    }

    /** Reads a range as it is now. */
    public static Get range(KeyRange range) {
        return new Get(range, 0, 0, false, false, false, SortTarget.KEY, SortOrder.NONE, 0, 0, 0, 0);
    }

    /** Reads one key. */
    public static Get key(Bytes key) {
        return range(KeyRange.single(key));
    }

    /** Reads one key. */
    public static Get key(String key) {
        return key(Bytes.utf8(key));
    }

    /** Reads every key that begins with the given text. */
    public static Get prefix(String prefix) {
        return range(KeyRange.prefix(prefix));
    }

    /** The same read of another range. */
    public Get withRange(KeyRange newRange) {
        return with(draft -> draft.range = newRange);
    }

    /** At most so many keys. */
    public Get limit(long most) {
        return with(draft -> draft.limit = most);
    }

    /** As of a revision. */
    public Get atRevision(long pinned) {
        return with(draft -> draft.revision = pinned);
    }

    /** From the answering member's own state, which may lag behind. */
    public Get asSerializable() {
        return with(draft -> draft.serializable = true);
    }

    /** Without values. */
    public Get withoutValues() {
        return with(draft -> draft.keysOnly = true);
    }

    /** Only the number of keys. */
    public Get counting() {
        return with(draft -> draft.countOnly = true);
    }

    /** Sorted. */
    public Get sortedBy(SortTarget target, SortOrder order) {
        return with(draft -> {
            draft.sortTarget = target;
            draft.sortOrder = order;
        });
    }

    /** Only keys last changed between two revisions, both included; 0 for no bound. */
    public Get modifiedBetween(long first, long last) {
        return with(draft -> {
            draft.minModRevision = first;
            draft.maxModRevision = last;
        });
    }

    /** Only keys created between two revisions, both included; 0 for no bound. */
    public Get createdBetween(long first, long last) {
        return with(draft -> {
            draft.minCreateRevision = first;
            draft.maxCreateRevision = last;
        });
    }

    private Get with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** A copy while one part of it changes. */
    private static final class Draft {
        private KeyRange range;
        private long limit;
        private long revision;
        private boolean serializable;
        private boolean keysOnly;
        private boolean countOnly;
        private SortTarget sortTarget;
        private SortOrder sortOrder;
        private long minModRevision;
        private long maxModRevision;
        private long minCreateRevision;
        private long maxCreateRevision;

        Draft(Get from) {
            range = from.range;
            limit = from.limit;
            revision = from.revision;
            serializable = from.serializable;
            keysOnly = from.keysOnly;
            countOnly = from.countOnly;
            sortTarget = from.sortTarget;
            sortOrder = from.sortOrder;
            minModRevision = from.minModRevision;
            maxModRevision = from.maxModRevision;
            minCreateRevision = from.minCreateRevision;
            maxCreateRevision = from.maxCreateRevision;
        }

        Get done() {
            return new Get(
                    range,
                    limit,
                    revision,
                    serializable,
                    keysOnly,
                    countOnly,
                    sortTarget,
                    sortOrder,
                    minModRevision,
                    maxModRevision,
                    minCreateRevision,
                    maxCreateRevision);
        }
    }
}
