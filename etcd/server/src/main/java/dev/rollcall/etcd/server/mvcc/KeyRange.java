package dev.rollcall.etcd.server.mvcc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys a request speaks of, from a key and etcd's {@code range_end}: absent for that one key, one zero byte for every key from
 * there on, otherwise the first key that is no longer meant. An inverted range is legal and empty.
 *
 * @param from first key of the range
 * @param to first key behind the range, or null when the range has no end
 * @param single whether exactly {@code from} is meant
 */
public record KeyRange(Bytes from, @Nullable Bytes to, boolean single) {
    private static final Bytes OPEN_END = Bytes.wrap(new byte[] {0});

    /** The range that a request's {@code key} and {@code range_end} describe. */
    public static KeyRange of(Bytes key, Bytes rangeEnd) {
        if (rangeEnd.isEmpty()) {
            return single(key);
        }
        return new KeyRange(key, rangeEnd.equals(OPEN_END) ? null : rangeEnd, false);
    }

    /** Exactly this key. */
    public static KeyRange single(Bytes key) {
        return new KeyRange(key, key.successor(), true);
    }

    /** Every key that begins with {@code prefix}; every key at all for an empty one. */
    public static KeyRange prefix(Bytes prefix) {
        return new KeyRange(prefix.isEmpty() ? OPEN_END : prefix, endOfPrefix(prefix), false);
    }

    public boolean isEmpty() {
        return to != null && to.compareTo(from) <= 0;
    }

    public boolean contains(Bytes key) {
        return single ? key.equals(from) : key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0);
    }

    /** Whether the range holds exactly the keys that begin with {@link #from}. */
    public boolean isPrefix() {
        Bytes end = single ? null : endOfPrefix(from);
        return end != null && to != null && end.equals(to);
    }

    private static @Nullable Bytes endOfPrefix(Bytes prefix) {
        byte[] array = prefix.array();
        int last = array.length - 1;
        while (last >= 0 && array[last] == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        byte[] end = Arrays.copyOf(array, last + 1);
        end[last]++;
        return Bytes.wrap(end);
    }
}
