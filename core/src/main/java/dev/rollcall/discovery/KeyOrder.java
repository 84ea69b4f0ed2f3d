package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in key order, on two arrays.
 *
 * <p>A change copies the arrays, which for ten thousand entries takes microseconds; in return {@link #values()} is free, and that is what
 * every snapshot needs.
 */
final class KeyOrder<E> {

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
        private final Map<Bytes, Optional<E>> changed = new HashMap<>();

        private Edit(KeyOrder<E> base) {
            this.base = base;
        }

        @Nullable E get(Bytes key) {
            Optional<E> change = changed.get(key);
            return change == null ? base.get(key) : change.orElse(null);
        }

        void put(Bytes key, E value) {
            changed.put(key, Optional.of(value));
        }

        void remove(Bytes key) {
            if (changed.containsKey(key) || base.contains(key)) {
                changed.put(key, Optional.empty());
            }
        }

        KeyOrder<E> done() {
            if (changed.isEmpty()) {
                return base;
            }
            Bytes[] order = changed.keySet().toArray(new Bytes[0]);
            Arrays.sort(order);
            Bytes[] keys = new Bytes[base.keys.length + changed.size()];
            Object[] values = new Object[keys.length];
            int from = 0;
            int to = 0;
            for (Bytes key : order) {
                int found = Arrays.binarySearch(base.keys, from, base.keys.length, key);
                int until = found < 0 ? -found - 1 : found;
                System.arraycopy(base.keys, from, keys, to, until - from);
                System.arraycopy(base.values, from, values, to, until - from);
                to += until - from;
                from = found < 0 ? until : until + 1;
                E value = get(key);
                if (value != null) {
                    keys[to] = key;
                    values[to++] = value;
                }
            }
            int rest = base.keys.length - from;
            System.arraycopy(base.keys, from, keys, to, rest);
            System.arraycopy(base.values, from, values, to, rest);
            to += rest;
            return to == 0 ? empty() : new KeyOrder<>(Arrays.copyOf(keys, to), Arrays.copyOf(values, to));
        }
    }
}
