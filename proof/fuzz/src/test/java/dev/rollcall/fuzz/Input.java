package dev.rollcall.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes an input apart from its beginning; what is asked for beyond its end is zero or empty. */
public final class Input {

    private final byte[] data;
    private int at;

    /** An input to be taken apart. */
    public Input(byte[] data) {
        this.data = data;
    }

    /** The next byte, 0 to 255. */
    public int next() {
        return at < data.length ? data[at++] & 0xff : 0;
    }

    /** A number from 0 to one less than the bound, of the next byte. */
    public int below(int bound) {
        return next() % bound;
    }

    /** A number of the next eight bytes. */
    public long number() {
        long number = 0;
        for (int i = 0; i < 8; i++) {
            number = number << 8 | next();
        }
        return number;
    }

    /** Whether anything is left. */
    public boolean hasMore() {
        return at < data.length;
    }

    /** The next so many bytes, fewer at the end. */
    public byte[] bytes(int count) {
        int end = Math.min(data.length, at + count);
        byte[] taken = Arrays.copyOfRange(data, Math.min(at, end), end);
        at = end;
        return taken;
    }

    /** All that is left. */
    public byte[] rest() {
        return bytes(data.length - at);
    }

    /** A text that is preceded by its length in one byte. */
    public String text() {
        return new String(bytes(next()), StandardCharsets.UTF_8);
    }

    /** The rest as text: by UTF-8, and with half surrogate pairs where the first byte of it is odd. */
    public String restAsText() {
        boolean wide = next() % 2 == 1;
        return new String(rest(), wide ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
    }
}
