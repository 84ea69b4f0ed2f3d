package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of keys made of ranges; those that overlap or touch are one, so a range is covered also by several side by side. Immutable. */
final class KeyCover {
    /** By first key; null stands for no end. */
    private final TreeMap<Bytes, @Nullable Bytes> endOf = new TreeMap<>();

    KeyCover(List<KeyRange> ranges) {
        List<KeyRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(KeyRange::from));
        for (KeyRange range : sorted) {
            Map.Entry<Bytes, @Nullable Bytes> last = endOf.lastEntry();
            if (last == null || isBefore(last.getValue(), range.from())) {
                endOf.put(range.from(), range.to());
            } else if (isWithin(last.getValue(), range.to())) {
                endOf.put(last.getKey(), range.to());
            }
        }
    }

    boolean covers(KeyRange range) {
        Map.Entry<Bytes, @Nullable Bytes> at = endOf.floorEntry(range.from());
        if (at == null) {
            return false;
        }
        Bytes end = at.getValue();
        if (end == null) {
            return true;
        }
        Bytes to = range.to();
        return to != null && range.from().compareTo(end) < 0 && to.compareTo(end) <= 0;
    }

    private static boolean isBefore(@Nullable Bytes end, Bytes key) {
        return end != null && end.compareTo(key) < 0;
    }

    /** Whether the end of one range lies within another that goes to {@code to}. */
    private static boolean isWithin(@Nullable Bytes end, @Nullable Bytes to) {
        return end != null && (to == null || end.compareTo(to) < 0);
    }
}
