package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import java.util.Arrays;

/** Puts values into bytes, for a {@link Decoder} to take out in the same order. */
final class Encoder {
    private byte[] bytes = new byte[64];
    private int size;

    Encoder tag(int tag) {
        room(1);
        bytes[size++] = (byte) tag;
        return this;
    }

    /** Seven bits to a byte, the lowest first; negative ones take ten. */
    Encoder number(long number) {
        room(10);
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    Encoder bytes(Bytes value) {
        number(value.size());
        room(value.size());
        System.arraycopy(value.array(), 0, bytes, size, value.size());
        size += value.size();
        return this;
    }

    Encoder version(KeyValue kv) {
        return bytes(kv.key())
                .bytes(kv.value())
                .number(kv.createRevision())
                .number(kv.modRevision())
                .number(kv.version())
                .number(kv.lease());
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
