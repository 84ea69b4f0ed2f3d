package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import java.util.Map;
import java.util.TreeMap;

/** A set of keys given as ranges with an end; overlapping ones are kept merged. */
final class KeyIntervals {
    private final TreeMap<Bytes, Bytes> endOf = new TreeMap<>();

    /** Adds a range. One without an end, or an inverted one, adds nothing: so etcd reads it when it looks for duplicates. */
    void add(KeyRange range) {
        Bytes to = range.to();
        if (to != null && !range.isEmpty()) {
            add(range.from(), to);
        }
    }

    void addAll(KeyIntervals others) {
        others.endOf.forEach(this::add);
    }

    boolean contains(Bytes key) {
        Map.Entry<Bytes, Bytes> below = endOf.floorEntry(key);
        return below != null && key.compareTo(below.getValue()) < 0;
    }

    private void add(Bytes from, Bytes to) {
        Bytes begin = from;
        Bytes end = to;
        Map.Entry<Bytes, Bytes> near = endOf.lowerEntry(end);
        while (near != null && near.getValue().compareTo(begin) >= 0) {
            endOf.remove(near.getKey());
            begin = begin.compareTo(near.getKey()) < 0 ? begin : near.getKey();
            end = end.compareTo(near.getValue()) > 0 ? end : near.getValue();
            near = endOf.lowerEntry(end);
        }
        endOf.put(begin, end);
    }
}
