package dev.rollcall.etcd.server.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records that were written together, and are there together or not at all: a header of {@link #HEADER} bytes with a checksum of its
 * own, then each record behind its length, padded to {@link #ALIGNMENT} bytes.
 *
 * @param sequence the number of the first record
 * @param applied the last record that was applied when this was written; 0 for none
 * @param revision the store's revision after {@code applied}
 * @param records the records
 */
record Frame(long sequence, long applied, long revision, List<byte[]> records) {
    static final int HEADER = 48;
    static final int ALIGNMENT = 8;

    private static final int MAGIC = 0x524f4c4c;
    private static final int CHECKED = HEADER - Integer.BYTES;

    /** The number of the first record of the frame behind. */
    long next() {
        return sequence + records.size();
    }

    /** The bytes of this frame in a store of this {@link FileHead#mark}, ready to be written. */
    ByteBuffer encode(int mark) {
        int length = records.stream()
                .mapToInt(record -> Integer.BYTES + record.length)
                .reduce(0, Math::addExact);
        ByteBuffer buffer = ByteBuffer.allocate((int) aligned(HEADER + (long) length));
        buffer.position(HEADER);
        for (byte[] record : records) {
            buffer.putInt(record.length).put(record);
        }
        int payload = checksum(buffer, HEADER, length);
        buffer.putInt(0, MAGIC)
                .putInt(4, length)
                .putLong(8, sequence)
                .putInt(16, records.size())
                .putInt(20, payload)
                .putLong(24, applied)
                .putLong(32, revision)
                .putInt(40, mark);
        buffer.putInt(CHECKED, checksum(buffer, 0, CHECKED));
        return buffer.rewind();
    }

    /** The length of the frame whose header begins at a position, 0 where no header does that bears the mark. */
    static long lengthAt(ByteBuffer buffer, int position, int mark) {
        if (buffer.limit() - position < HEADER
                || buffer.getInt(position) != MAGIC
                || buffer.getInt(position + CHECKED) != checksum(buffer, position, CHECKED)
                || buffer.getInt(position + 40) != mark
                || buffer.getInt(position + 4) < 0) {
            return 0;
        }
        return aligned(HEADER + (long) buffer.getInt(position + 4));
    }

    /** The number of the first record of the frame whose header begins at a position. */
    static long sequenceAt(ByteBuffer buffer, int position) {
        return buffer.getLong(position + 8);
    }

    /** The frame that begins at a position, which is wholly in the buffer; null where its records are not what was written. */
    static @Nullable Frame decode(ByteBuffer buffer, int position) {
        int length = buffer.getInt(position + 4);
        if (buffer.getInt(position + 20) != checksum(buffer, position + HEADER, length)) {
            return null;
        }
        ByteBuffer payload = buffer.slice(position + HEADER, length);
        int count = buffer.getInt(position + 16);
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] record = new byte[payload.getInt()];
            payload.get(record);
            records.add(record);
        }
        return new Frame(
                sequenceAt(buffer, position), buffer.getLong(position + 24), buffer.getLong(position + 32), records);
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static int checksum(ByteBuffer buffer, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.slice(from, length));
        return (int) checksum.getValue();
    }
}
