package dev.rollcall.etcd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable sequence of bytes: a key or a value.
 *
 * <p>Ordered as etcd orders keys: byte by byte, unsigned, a prefix before what it begins. Safe for use by several threads.
 */
public final class Bytes implements Comparable<Bytes> {

    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The UTF-8 bytes of a text. */
    public static Bytes utf8(String text) {
        return text.isEmpty() ? EMPTY : new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the given bytes. */
    public static Bytes of(byte... bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
    }

    /** Takes an array over without copying; the caller never touches it again. */
    static Bytes wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes);
    }

    /** The array itself, for code of this package that only reads it. */
    byte[] unsafeArray() {
        return bytes;
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** Whether there are no bytes. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The byte at an index, from 0. */
    public byte at(int index) {
        return bytes[index];
    }

    /** A fresh copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8; malformed input becomes U+FFFD. */
    public String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether the bytes are well-formed UTF-8. */
    public boolean isUtf8() {
        if (isAscii()) {
            return true;
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private boolean isAscii() {
        int all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all >= 0;
    }

    /** Whether these bytes begin with the given ones. */
    public boolean startsWith(Bytes prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    /** These bytes followed by the given ones. */
    public Bytes concat(Bytes tail) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + tail.bytes.length);
        System.arraycopy(tail.bytes, 0, joined, bytes.length, tail.bytes.length);
        return wrap(joined);
    }

    /** The bytes from an index to the end. */
    public Bytes substring(int from) {
        return wrap(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /** The smallest key after this one: the same bytes and one zero byte. */
    public Bytes successor() {
        return wrap(Arrays.copyOf(bytes, bytes.length + 1));
    }

    /**
     * The smallest key after all that begin with these bytes.
     *
     * <p>The last byte below 0xff is raised by one and the rest dropped; where there is none (empty, or only 0xff) it is a single zero
     * byte, which as the end of a range means to etcd "no upper bound".
     */
    public Bytes prefixEnd() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] != (byte) 0xff) {
                byte[] end = Arrays.copyOf(bytes, i + 1);
                end[i]++;
                return wrap(end);
            }
        }
        return KeyRange.NO_END;
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The text where it is printable UTF-8 of at most 256 characters, else hexadecimal, cut with the size; safe for a log line. */
    @Override
    public String toString() {
        if (bytes.length <= 256 && isUtf8()) {
            String text = utf8();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        }
        int shown = Math.min(bytes.length, 64);
        String hex = "0x" + HexFormat.of().formatHex(bytes, 0, shown);
        return shown == bytes.length ? hex : hex + "...(" + bytes.length + " bytes)";
    }
}
