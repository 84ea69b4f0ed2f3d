package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The first {@link #SIZE} bytes of every file: what it is, in which format, whose, and where it stands.
 *
 * @param format in which its records are written
 * @param kind log or image
 * @param sequence the number of the first record of a log file; of the last record in an image
 * @param identity the store it belongs to
 */
record FileHead(int format, Kind kind, long sequence, Identity identity) {
    static final int SIZE = 48;

    /**
     * The format that is written. Whoever adds a command, a flag or a part, or changes what one means, takes the next number, so that a
     * version which does not know it refuses the file by its head.
     */
    static final int FORMAT = 2;

    /** The oldest format that is read: without users and rights. */
    static final int OLDEST = 1;

    private static final int CHECKED = SIZE - Integer.BYTES;

    /** The kinds of files. */
    enum Kind {
        LOG(0x524f4c4c4c4f4720L),
        IMAGE(0x524f4c4c494d4720L);

        private final long magic;

        Kind(long magic) {
            this.magic = magic;
        }
    }

    /** What every frame of the store bears, so that one of another store is never taken for it. */
    static int mark(Identity identity) {
        return Long.hashCode(identity.clusterId() * 31 + identity.memberId());
    }

    /** The head of a file that is begun now. */
    static FileHead of(Kind kind, long sequence, Identity identity) {
        return new FileHead(FORMAT, kind, sequence, identity);
    }

    ByteBuffer encode() {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.putLong(kind.magic)
                .putInt(format)
                .putInt(0)
                .putLong(sequence)
                .putLong(identity.clusterId())
                .putLong(identity.memberId())
                .putInt(0)
                .putInt(checksum(buffer));
        return buffer.rewind();
    }

    /**
     * Reads the head of an open file.
     *
     * @throws DamagedStore when that is not what was written
     * @throws IOException when it is of another format
     */
    static FileHead read(DiskFile from, Kind kind, String file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        from.read(0, buffer);
        buffer.flip();
        if (buffer.limit() < SIZE) {
            throw new DamagedStore(file, buffer.limit(), "it ends within its first " + SIZE + " bytes");
        }
        if (buffer.getLong(0) != kind.magic || buffer.getInt(CHECKED) != checksum(buffer)) {
            throw new DamagedStore(file, 0, "its head is not what was written");
        }
        int format = buffer.getInt(8);
        if (format < OLDEST || format > FORMAT) {
            throw new IOException(file + " has format " + format + ", and this server reads the formats " + OLDEST
                    + " to " + FORMAT + ": start the version that wrote it. Nothing was changed");
        }
        return new FileHead(format, kind, buffer.getLong(16), new Identity(buffer.getLong(24), buffer.getLong(32)));
    }

    private static int checksum(ByteBuffer buffer) {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.slice(0, CHECKED));
        return (int) checksum.getValue();
    }
}
