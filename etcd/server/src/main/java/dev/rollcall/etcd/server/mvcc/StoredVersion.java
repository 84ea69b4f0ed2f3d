package dev.rollcall.etcd.server.mvcc;

import java.nio.ByteBuffer;

/**
 * One version as it stands in etcd's database: under its revision, as an {@code mvccpb.KeyValue}. Hashes are taken over this form, and
 * sizes counted in it.
 */
public final class StoredVersion {
    private static final int KEY = 1;
    private static final int CREATE_REVISION = 2;
    private static final int MOD_REVISION = 3;
    private static final int VERSION = 4;
    private static final int VALUE = 5;
    private static final int LEASE = 6;

    private static final int NUMBER = 0;
    private static final int BYTES = 2;

    private static final int REVISION_SIZE = 17;

    private StoredVersion() {}

    /** What it stands under: the revision and its place in it, and a mark for a tombstone. */
    public static byte[] key(KeyValue kv) {
        ByteBuffer key = ByteBuffer.allocate(REVISION_SIZE + (kv.isTombstone() ? 1 : 0));
        key.putLong(kv.modRevision()).put((byte) '_').putLong(kv.place());
        if (kv.isTombstone()) {
            key.put((byte) 't');
        }
        return key.array();
    }

    /** What stands there: fields in order, those that are 0 or empty left out; of a tombstone the key alone. */
    public static byte[] value(KeyValue kv) {
        byte[] value = new byte[valueSize(kv)];
        ByteBuffer out = ByteBuffer.wrap(value);
        bytes(out, KEY, kv.key());
        if (!kv.isTombstone()) {
            number(out, CREATE_REVISION, kv.createRevision());
            number(out, MOD_REVISION, kv.modRevision());
            number(out, VERSION, kv.version());
            bytes(out, VALUE, kv.value());
            number(out, LEASE, kv.lease());
        }
        return value;
    }

    /** How many bytes key and value take. */
    static int size(KeyValue kv) {
        return REVISION_SIZE + (kv.isTombstone() ? 1 : 0) + valueSize(kv);
    }

    /** How long {@link #value} is. */
    public static int valueSize(KeyValue kv) {
        int size = bytesSize(kv.key());
        if (!kv.isTombstone()) {
            size += numberSize(kv.createRevision()) + numberSize(kv.modRevision()) + numberSize(kv.version());
            size += bytesSize(kv.value()) + numberSize(kv.lease());
        }
        return size;
    }

    private static int bytesSize(Bytes bytes) {
        return bytes.isEmpty() ? 0 : 1 + varintSize(bytes.size()) + bytes.size();
    }

    private static int numberSize(long number) {
        return number == 0 ? 0 : 1 + varintSize(number);
    }

    private static int varintSize(long number) {
        return (Long.SIZE - Long.numberOfLeadingZeros(number | 1) + 6) / 7;
    }

    private static void bytes(ByteBuffer out, int field, Bytes bytes) {
        if (!bytes.isEmpty()) {
            out.put((byte) (field << 3 | BYTES));
            varint(out, bytes.size());
            out.put(bytes.array());
        }
    }

    private static void number(ByteBuffer out, int field, long number) {
        if (number != 0) {
            out.put((byte) (field << 3 | NUMBER));
            varint(out, number);
        }
    }

    private static void varint(ByteBuffer out, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
