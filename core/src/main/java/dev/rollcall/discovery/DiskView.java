package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a view last knew, as it stands in a file; immutable.
 *
 * <pre>
 *  "RCVW" | format int | range: from, end | cluster long | term long | revision long | proven at, ms long | keys int
 *  each key: key, value | created at long | changed at long | version long | lease long          ... SHA-256 of all before
 * </pre>
 *
 * <p>Numbers are big-endian; bytes stand behind their length, an int. Keys rise.
 *
 * @param range the keys that were viewed
 * @param cluster the cluster they were read from
 * @param term the highest raft term it had shown
 * @param revision the revision they were of, from 1
 * @param provenAt when they were last known to be right, in milliseconds of the wall clock
 * @param kvs the keys with their values, in key order
 */
record DiskView(KeyRange range, long cluster, long term, long revision, Instant provenAt, List<KeyValue> kvs) {

    /** The largest file, in bytes; larger views are neither written nor read. */
    static final int MOST_BYTES = 64 << 20;

    private static final int MAGIC = 0x52435657;
    private static final int FORMAT = 1;
    private static final int CHECKSUM = 32;
    private static final int LEAST = 2 * Integer.BYTES + CHECKSUM;
    private static final int LEAST_KEY = 2 * Integer.BYTES + 4 * Long.BYTES;

    /** The name of the file for a range: a hash, for keys may have any length and any bytes. */
    static String fileName(KeyRange range) {
        MessageDigest digest = sha256();
        digest.update(
                ByteBuffer.allocate(Integer.BYTES).putInt(range.from().size()).flip());
        digest.update(range.from().toByteArray());
        digest.update(range.end().toByteArray());
        return HexFormat.of().formatHex(digest.digest()) + ".view";
    }

    /** How many bytes the file has. */
    long encodedSize() {
        long size = LEAST + 3L * Integer.BYTES + 4L * Long.BYTES;
        size += range.from().size() + range.end().size();
        for (KeyValue kv : kvs) {
            size += (long) LEAST_KEY + kv.key().size() + kv.value().size();
        }
        return size;
    }

    /** The bytes of the file; {@link #encodedSize} is at most {@link #MOST_BYTES}. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(encodedSize()));
        out.putInt(MAGIC).putInt(FORMAT);
        put(out, range.from());
        put(out, range.end());
        out.putLong(cluster).putLong(term).putLong(revision).putLong(provenAt.toEpochMilli());
        out.putInt(kvs.size());
        for (KeyValue kv : kvs) {
            put(out, kv.key());
            put(out, kv.value());
            out.putLong(kv.createRevision()).putLong(kv.modRevision());
            out.putLong(kv.version()).putLong(kv.lease().value());
        }
        out.put(checksum(out.array(), out.position()));
        return out.array();
    }

    private static void put(ByteBuffer out, Bytes bytes) {
        out.putInt(bytes.size()).put(bytes.toByteArray());
    }

    /**
     * Reads the bytes of a file; believes nothing.
     *
     * @throws IllegalArgumentException with the reason, where they are not exactly what {@link #encode} makes of a view
     */
    static DiskView decode(byte[] file) {
        check(file.length >= LEAST, "it is cut short");
        ByteBuffer in = ByteBuffer.wrap(file, 0, file.length - CHECKSUM);
        check(in.getInt() == MAGIC, "it is no disk view");
        check(in.getInt() == FORMAT, "it has another format");
        byte[] checksum = Arrays.copyOfRange(file, file.length - CHECKSUM, file.length);
        check(MessageDigest.isEqual(checksum, checksum(file, file.length - CHECKSUM)), "its checksum is wrong");
        try {
            DiskView view = read(in);
            check(!in.hasRemaining(), "there is something behind it");
            return view;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
    }

    private static DiskView read(ByteBuffer in) {
        KeyRange range = new KeyRange(bytes(in), bytes(in));
        long cluster = in.getLong();
        long term = in.getLong();
        long revision = in.getLong();
        Instant provenAt = Instant.ofEpochMilli(in.getLong());
        check(term >= 0 && revision >= 1, "its term or revision cannot be");
        int count = in.getInt();
        check(count >= 0 && count <= in.remaining() / LEAST_KEY, "it is too short for its keys");
        List<KeyValue> kvs = new ArrayList<>(count);
        Bytes last = null;
        for (int i = 0; i < count; i++) {
            KeyValue kv = key(in);
            check(range.contains(kv.key()) && isAfter(last, kv.key()), "a key is out of place");
            check(kv.createRevision() >= 1 && kv.version() >= 1, "a key was never created");
            check(kv.createRevision() <= kv.modRevision() && kv.modRevision() <= revision, "a key is of the future");
            kvs.add(kv);
            last = kv.key();
        }
        return new DiskView(range, cluster, term, revision, provenAt, List.copyOf(kvs));
    }

    private static KeyValue key(ByteBuffer in) {
        return new KeyValue(bytes(in), bytes(in), in.getLong(), in.getLong(), in.getLong(), new LeaseId(in.getLong()));
    }

    private static boolean isAfter(@Nullable Bytes last, Bytes key) {
        return last == null || last.compareTo(key) < 0;
    }

    private static Bytes bytes(ByteBuffer in) {
        int length = in.getInt();
        check(length >= 0 && length <= in.remaining(), "it ends within a key");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return Bytes.of(bytes);
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static byte[] checksum(byte[] bytes, int length) {
        MessageDigest digest = sha256();
        digest.update(bytes, 0, length);
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
