package dev.rollcall.etcd;

import java.util.Objects;

/**
 * A half-open range of keys, {@code [from, end)}, as etcd reads it.
 *
 * @param from the first key; never empty except through {@link #all()}
 * @param end the first key after the range; {@link Bytes#EMPTY} for the single key {@code from}, a single zero byte for "no upper bound"
 */
public record KeyRange(Bytes from, Bytes end) {

    /** The end of a range that has none. */
    static final Bytes NO_END = Bytes.of((byte) 0);

    /** Checks the ends. */
    public KeyRange {
        Objects.requireNonNull(end, "end");
        if (from.isEmpty()) {
            throw new IllegalArgumentException("a key is never empty; KeyRange.all() reads every key");
        }
    }

    /** One key. */
    public static KeyRange single(Bytes key) {
        return new KeyRange(key, Bytes.EMPTY);
    }

    /** Every key that begins with the given bytes; all keys where they are empty. End a directory with its separator: {@code /test} has {@code /test1} in it. */
    public static KeyRange prefix(Bytes prefix) {
        return prefix.isEmpty() ? all() : new KeyRange(prefix, prefix.prefixEnd());
    }

    /** Every key that begins with the given text. */
    public static KeyRange prefix(String prefix) {
        return prefix(Bytes.utf8(prefix));
    }

    /** Every key from the given one on. */
    public static KeyRange from(Bytes key) {
        return new KeyRange(key, NO_END);
    }

    /** Every key in the store. */
    public static KeyRange all() {
        return new KeyRange(NO_END, NO_END);
    }

    /** Whether the range is one key. */
    public boolean isSingle() {
        return end.isEmpty();
    }

    /** Whether a key lies in the range. */
    public boolean contains(Bytes key) {
        if (isSingle()) {
            return key.equals(from);
        }
        return key.compareTo(from) >= 0 && (end.equals(NO_END) || key.compareTo(end) < 0);
    }

    @Override
    public String toString() {
        return isSingle() ? from.toString() : "[" + from + ", " + (end.equals(NO_END) ? "" : end) + ")";
    }
}
