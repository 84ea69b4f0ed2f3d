package dev.rollcall.etcd.server.mvcc;

/**
 * What a read asks for.
 *
 * @param limit most entries to return; 0 or less for all
 * @param revision the revision to read at; 0 or less for the current one
 * @param filter which entries to leave out by their revisions
 */
public record RangeQuery(
        KeyRange range,
        long limit,
        long revision,
        SortOrder order,
        SortTarget target,
        boolean keysOnly,
        boolean countOnly,
        Filter filter) {

    /** The current state of a range, in key order. */
    public static RangeQuery current(KeyRange range) {
        return new RangeQuery(range, 0, 0, SortOrder.NONE, SortTarget.KEY, false, false, Filter.NONE);
    }

    /** Direction of sorting. */
    public enum SortOrder {
        NONE,
        ASCEND,
        DESCEND
    }

    /** What to sort by. */
    public enum SortTarget {
        KEY,
        VERSION,
        CREATE,
        MOD,
        VALUE
    }

    /** Bounds on the revisions of the entries, both ends included; 0 for no bound. */
    public record Filter(long minMod, long maxMod, long minCreate, long maxCreate) {
        /** Lets everything pass. */
        public static final Filter NONE = new Filter(0, 0, 0, 0);

        boolean passes(KeyValue kv) {
            return (maxMod == 0 || kv.modRevision() <= maxMod)
                    && (minMod == 0 || kv.modRevision() >= minMod)
                    && (maxCreate == 0 || kv.createRevision() <= maxCreate)
                    && (minCreate == 0 || kv.createRevision() >= minCreate);
        }
    }
}
