package dev.rollcall.etcd.server.mvcc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A key or a value: opaque bytes that compare unsigned, as etcd orders its keys. The array is shared, not copied, so nobody may
 * change it once it is wrapped.
 */
public final class Bytes implements Comparable<Bytes> {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;
    private final int hash;

    private Bytes(byte[] array) {
        this.array = array;
        this.hash = Arrays.hashCode(array);
    }

    /** These bytes, without a copy. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /** The UTF-8 form of a text. */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves; not to be changed. */
    public byte[] array() {
        return array;
    }

    public int size() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    /** The first {@code length} bytes. */
    public Bytes prefix(int length) {
        return wrap(Arrays.copyOf(array, length));
    }

    /** These bytes with others behind them. */
    public Bytes plus(Bytes end) {
        byte[] joined = Arrays.copyOf(array, array.length + end.array.length);
        System.arraycopy(end.array, 0, joined, array.length, end.array.length);
        return wrap(joined);
    }

    /** The smallest key greater than this one: the same with a zero byte behind. */
    public Bytes successor() {
        return wrap(Arrays.copyOf(array, array.length + 1));
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && hash == that.hash && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(array, StandardCharsets.UTF_8);
    }
}
