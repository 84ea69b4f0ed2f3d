package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;

/** Takes out what an {@link Encoder} put in. The bytes are checked already: what does not fit is a fault of this program. */
final class Decoder {
    private final byte[] bytes;
    private int position;

    Decoder(byte[] bytes) {
        this.bytes = bytes;
    }

    int tag() {
        return bytes[position++];
    }

    long number() {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[position++];
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    int count() {
        return Math.toIntExact(number());
    }

    Bytes bytes() {
        int length = count();
        byte[] taken = new byte[length];
        System.arraycopy(bytes, position, taken, 0, length);
        position += length;
        return Bytes.wrap(taken);
    }

    KeyValue version() {
        return new KeyValue(bytes(), bytes(), number(), number(), number(), number());
    }
}
