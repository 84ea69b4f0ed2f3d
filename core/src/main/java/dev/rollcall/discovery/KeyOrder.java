package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in key order, on two arrays.
 *
 * <p>A change copies the arrays, which for ten thousand entries takes microseconds; in return {@link #values()} is free, and that is what
 * every snapshot needs.
 */
final class KeyOrder<E> {

    private static final Object GONE = new Object();
    private static final KeyOrder<?> EMPTY = new KeyOrder<>(new Bytes[0], new Object[0]);

    private final Bytes[] keys;
    private final Object[] values;
    private final List<Object> list;

    private KeyOrder(Bytes[] keys, Object[] values) {
        this.keys = keys;
        this.values = values;
        this.list = Collections.unmodifiableList(Arrays.asList(values));
    }

    @SuppressWarnings("unchecked")
    static <E> KeyOrder<E> empty() {
        return (KeyOrder<E>) EMPTY;
    }

    int size() {
        return keys.length;
    }

    boolean isEmpty() {
        return keys.length == 0;
    }

    @Nullable E get(Bytes key) {
        int at = Arrays.binarySearch(keys, key);
        return at < 0 ? null : valueAt(at);
    }

    boolean contains(Bytes key) {
        return Arrays.binarySearch(keys, key) >= 0;
    }

    Bytes keyAt(int index) {
        return keys[index];
    }

    @SuppressWarnings("unchecked")
    E valueAt(int index) {
        return (E) values[index];
    }

    List<Bytes> keys() {
        return Collections.unmodifiableList(Arrays.asList(keys));
    }

    /** The values in key order; the same list at every call. */
    @SuppressWarnings("unchecked")
    List<E> values() {
        return (List<E>) list;
    }

    Edit<E> edit() {
        return new Edit<>(this);
    }

    /** Several changes, merged into the arrays at once. */
    static final class Edit<E> {

        private final KeyOrder<E> base;
        private final Map<Bytes, Object> changed = new HashMap<>();

        private Edit(KeyOrder<E> base) {
            this.base = base;
        }

        @SuppressWarnings("unchecked")
        @Nullable E get(Bytes key) {
            Object change = changed.get(key);
            return change == null ? base.get(key) : change == GONE ? null : (E) change;
        }

        void put(Bytes key, E value) {
            changed.put(key, value);
        }

        void remove(Bytes key) {
            if (changed.containsKey(key) || base.contains(key)) {
                changed.put(key, GONE);
            }
        }

        KeyOrder<E> done() {
            if (changed.isEmpty()) {
                return base;
            }
            Bytes[] order = changed.keySet().toArray(new Bytes[0]);
            Arrays.sort(order);
            int[] places = new int[order.length];
            int size = base.keys.length;
            boolean sameKeys = true;
            for (int i = 0, from = 0; i < order.length; i++) {
                places[i] = Arrays.binarySearch(base.keys, from, base.keys.length, order[i]);
                from = places[i] < 0 ? -places[i] - 1 : places[i] + 1;
                boolean gone = changed.get(order[i]) == GONE;
                sameKeys &= places[i] >= 0 && !gone;
                size += places[i] < 0 ? (gone ? 0 : 1) : gone ? -1 : 0;
            }
            if (size == 0) {
                return empty();
            }
            return sameKeys ? replaced(order, places) : merged(order, places, size);
        }

        /** Most changes are new values of the same keys, which are shared then. */
        private KeyOrder<E> replaced(Bytes[] order, int[] places) {
            Object[] values = base.values.clone();
            for (int i = 0; i < order.length; i++) {
                values[places[i]] = changed.get(order[i]);
            }
            return new KeyOrder<>(base.keys, values);
        }

        private KeyOrder<E> merged(Bytes[] order, int[] places, int size) {
            Bytes[] keys = new Bytes[size];
            Object[] values = new Object[size];
            int from = 0;
            int to = 0;
            for (int i = 0; i < order.length; i++) {
                int until = places[i] < 0 ? -places[i] - 1 : places[i];
                System.arraycopy(base.keys, from, keys, to, until - from);
                System.arraycopy(base.values, from, values, to, until - from);
                to += until - from;
                from = places[i] < 0 ? until : until + 1;
                Object value = changed.get(order[i]);
                if (value != GONE) {
                    keys[to] = order[i];
                    values[to++] = value;
                }
            }
            System.arraycopy(base.keys, from, keys, to, base.keys.length - from);
            System.arraycopy(base.values, from, values, to, base.keys.length - from);
            return new KeyOrder<>(keys, values);
        }
    }
}
