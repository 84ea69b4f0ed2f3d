package dev.rollcall.etcd.server.mvcc;

import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Carries out one read in etcd's order: fetch, filter, sort, cut to the limit, strip the values. */
final class RangeRead {
    private final RangeQuery query;

    RangeRead(RangeQuery query) {
        this.query = query;
    }

    /**
     * Reads.
     *
     * @param histories the keys of the range in key order
     * @param at the revision to see
     * @param current what to report as the store's revision
     */
    RangeResult of(Collection<KeyHistory> histories, long at, long current) {
        List<KeyValue> found = new ArrayList<>();
        long fetch = fetchLimit();
        long count = 0;
        for (KeyHistory history : histories) {
            KeyValue kv = history.at(at);
            if (kv == null) {
                continue;
            }
            count++;
            if (!query.countOnly() && found.size() < fetch) {
                found.add(kv);
            }
        }
        if (query.countOnly()) {
            return new RangeResult(current, List.of(), false, count);
        }
        return shape(found, count, current);
    }

    /** Without sort and filter one entry above the limit is enough to know that there are more. */
    private long fetchLimit() {
        boolean everything =
                query.order() != SortOrder.NONE || !query.filter().equals(Filter.NONE) || query.limit() <= 0;
        return everything ? Long.MAX_VALUE : Math.addExact(Math.min(query.limit(), Long.MAX_VALUE - 1), 1);
    }

    private RangeResult shape(List<KeyValue> found, long count, long current) {
        if (!query.filter().equals(Filter.NONE)) {
            found.removeIf(kv -> !query.filter().passes(kv));
        }
        if (query.order() == SortOrder.DESCEND) {
            found.sort(by(query.target()).reversed());
        } else if (query.target() != SortTarget.KEY) {
            found.sort(by(query.target()));
        }
        List<KeyValue> kvs = found;
        boolean more = query.limit() > 0 && found.size() > query.limit();
        if (more) {
            kvs = found.subList(0, (int) query.limit());
        }
        if (query.keysOnly()) {
            kvs = kvs.stream().map(KeyValue::withoutValue).toList();
        }
        return new RangeResult(current, kvs, more, count);
    }

    private static Comparator<KeyValue> by(SortTarget target) {
        return switch (target) {
            case KEY -> Comparator.comparing(KeyValue::key);
            case VERSION -> Comparator.comparingLong(KeyValue::version);
            case CREATE -> Comparator.comparingLong(KeyValue::createRevision);
            case MOD -> Comparator.comparingLong(KeyValue::modRevision);
            case VALUE -> Comparator.comparing(KeyValue::value);
        };
    }
}
