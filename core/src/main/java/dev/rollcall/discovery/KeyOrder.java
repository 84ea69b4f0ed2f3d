package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
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

    /** Several changes, merged into the arrays at once. A key is searched once, when it is first asked for. */
    static final class Edit<E> {

        private final KeyOrder<E> base;

        /** In the order in which keys came: what is in key order already is sorted at once. */
        private final Map<Bytes, Slot> slots = new LinkedHashMap<>();

        private @Nullable Slot latest;

        private Edit(KeyOrder<E> base) {
            this.base = base;
        }

        @SuppressWarnings("unchecked")
        @Nullable E get(Bytes key) {
            return isIdle() ? null : (E) slot(key).value;
        }

        /** As {@link #get}, of a key that is hardly asked for again: nothing is kept of the search. */
        @SuppressWarnings("unchecked")
        @Nullable E peek(Bytes key) {
            if (isIdle()) {
                return null;
            }
            Slot slot = slots.get(key);
            return slot == null ? base.get(key) : (E) slot.value;
        }

        void put(Bytes key, E value) {
            slot(key).set(value);
        }

        void remove(Bytes key) {
            if (!isIdle()) {
                slot(key).set(null);
            }
        }

        /** Whether there is nothing to be found: then a key need not even be hashed. */
        private boolean isIdle() {
            return base.isEmpty() && slots.isEmpty();
        }

        @SuppressWarnings("ReferenceEquality") // who asks for a key mostly asks again at once, by the same object
        private Slot slot(Bytes key) {
            Slot slot = latest;
            if (slot == null || slot.key != key) {
                slot = slots.computeIfAbsent(key, this::search);
                latest = slot;
            }
            return slot;
        }

        private Slot search(Bytes key) {
            int place = Arrays.binarySearch(base.keys, key);
            return place < 0 ? new Slot(key, place, null) : new Slot(base.keys[place], place, base.values[place]);
        }

        KeyOrder<E> done() {
            List<Slot> changed = new ArrayList<>(slots.size());
            int added = 0;
            int removed = 0;
            for (Slot slot : slots.values()) {
                if (slot.isChanged()) {
                    changed.add(slot);
                    added += slot.place < 0 ? 1 : 0;
                    removed += slot.value == null ? 1 : 0;
                }
            }
            if (changed.isEmpty()) {
                return base;
            } else if (added == 0 && removed == 0) {
                return replaced(changed);
            }
            int size = base.keys.length + added - removed;
            return size == 0 ? empty() : merged(changed, size);
        }

        /** Most changes are new values of the same keys, which are shared then. */
        private KeyOrder<E> replaced(List<Slot> changed) {
            Object[] values = base.values.clone();
            for (Slot slot : changed) {
                values[slot.place] = slot.value;
            }
            return new KeyOrder<>(base.keys, values);
        }

        private KeyOrder<E> merged(List<Slot> changed, int size) {
            changed.sort(Comparator.comparing(slot -> slot.key));
            Bytes[] keys = new Bytes[size];
            Object[] values = new Object[size];
            int from = 0;
            int to = 0;
            for (Slot slot : changed) {
                int until = slot.place < 0 ? -slot.place - 1 : slot.place;
                System.arraycopy(base.keys, from, keys, to, until - from);
                System.arraycopy(base.values, from, values, to, until - from);
                to += until - from;
                from = slot.place < 0 ? until : until + 1;
                if (slot.value != null) {
                    keys[to] = slot.key;
                    values[to++] = slot.value;
                }
            }
            System.arraycopy(base.keys, from, keys, to, base.keys.length - from);
            System.arraycopy(base.values, from, values, to, base.keys.length - from);
            return new KeyOrder<>(keys, values);
        }
    }

    /** A key that was asked for: where it is in the base, as a binary search tells, and its value by now. */
    private static final class Slot {

        private final Bytes key;
        private final int place;
        private @Nullable Object value;
        private boolean written;

        private Slot(Bytes key, int place, @Nullable Object value) {
            this.key = key;
            this.place = place;
            this.value = value;
        }

        private void set(@Nullable Object next) {
            value = next;
            written = true;
        }

        /** What is put and removed again, or was never there, is no change. */
        private boolean isChanged() {
            return written && (place >= 0 || value != null);
        }
    }
}
