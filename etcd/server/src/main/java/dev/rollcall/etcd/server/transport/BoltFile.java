package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.mvcc.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A database file of bbolt, as etcd keeps its data in: buckets of sorted entries. It is laid out first, so that its size is known, and
 * then written page by page. All numbers are little-endian. Not safe for use by several threads.
 */
final class BoltFile {
    static final int PAGE = 4096;

    private static final int HEADER = 16;
    private static final int ELEMENT = 16;
    private static final int BUCKET_HEADER = 16;

    private static final int BRANCH = 0x01;
    private static final int LEAF = 0x02;
    private static final int META = 0x04;
    private static final int IS_BUCKET = 1;

    /** A bucket that fits in here stands within its parent. */
    private static final int MAX_INLINE = PAGE / 4;

    private static final int META_CHECKED = 56;
    private static final long NO_FREELIST = -1;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final List<Node> nodes = new ArrayList<>();
    private final long root;
    private long pages = 2;
    private int next = -2;

    /** Lays out a file with these buckets, in the order of their names. */
    BoltFile(List<Bucket> buckets) {
        List<Entry> tops = new ArrayList<>();
        for (Bucket bucket : buckets) {
            boolean inline = leafSize(bucket.entries) <= MAX_INLINE;
            byte[] value = inline ? inlined(bucket.entries) : pointer(tree(bucket.entries));
            tops.add(new Stored(bucket.name, Bytes.wrap(value), true));
        }
        root = tree(tops);
    }

    /** What stands under a key; the key and the size of the value are asked for more than once. */
    interface Entry {
        Bytes key();

        int valueSize();

        Bytes value();

        default boolean isBucket() {
            return false;
        }
    }

    /** An entry that is held as it is. */
    record Stored(Bytes key, Bytes value, boolean isBucket) implements Entry {
        @Override
        public int valueSize() {
            return value.size();
        }
    }

    /** Entries under a name, sorted by their keys as unsigned bytes. */
    record Bucket(Bytes name, List<? extends Entry> entries) {}

    /** How many bytes the whole file has. */
    long size() {
        return pages * PAGE;
    }

    boolean hasNext() {
        return next < nodes.size();
    }

    /** The next part of the file: one page, or several that belong together. */
    byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int part = next++;
        return part < 0 ? meta(part + 2) : nodes.get(part).bytes();
    }

    /** Lays out the entries as leaves, and branches above them until there is one; returns the page of that. */
    private long tree(List<? extends Entry> entries) {
        List<Node> level = new ArrayList<>();
        int from = 0;
        do {
            int to = from;
            int size = HEADER;
            while (to < entries.size() && (to == from || size + leafElement(entries.get(to)) <= PAGE)) {
                size += leafElement(entries.get(to));
                to++;
            }
            level.add(add(new Leaf(pages, size, entries.subList(from, to))));
            from = to;
        } while (from < entries.size());
        while (level.size() > 1) {
            level = branches(level);
        }
        return level.get(0).page();
    }

    private List<Node> branches(List<Node> children) {
        List<Node> level = new ArrayList<>();
        int from = 0;
        while (from < children.size()) {
            int to = from;
            int size = HEADER;
            while (to < children.size() && (to < from + 2 || size + branchElement(children.get(to)) <= PAGE)) {
                size += branchElement(children.get(to));
                to++;
            }
            level.add(add(new Branch(pages, size, List.copyOf(children.subList(from, to)))));
            from = to;
        }
        return level;
    }

    private Node add(Node node) {
        nodes.add(node);
        pages += pages(node.size());
        return node;
    }

    private byte[] meta(int number) {
        byte[] bytes = new byte[PAGE];
        ByteBuffer page = header(bytes, number, META, 0);
        page.putInt(0xED0CDAED).putInt(2).putInt(PAGE).putInt(0);
        page.putLong(root).putLong(0).putLong(NO_FREELIST).putLong(pages).putLong(number);
        page.putLong(fnv(bytes, HEADER, META_CHECKED));
        return bytes;
    }

    private static byte[] blank(int size) {
        return new byte[pages(size) * PAGE];
    }

    private static ByteBuffer header(byte[] bytes, long number, int flags, int count) {
        ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return header(page, number, flags, count, pages(bytes.length) - 1);
    }

    private static ByteBuffer header(ByteBuffer page, long number, int flags, int count, int more) {
        return page.putLong(number)
                .putShort((short) flags)
                .putShort((short) count)
                .putInt(more);
    }

    private static byte[] inlined(List<? extends Entry> entries) {
        byte[] bytes = new byte[BUCKET_HEADER + leafSize(entries)];
        ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        leaf(header(value.putLong(0).putLong(0), 0, LEAF, entries.size(), 0), entries);
        return bytes;
    }

    private static byte[] pointer(long page) {
        return ByteBuffer.allocate(BUCKET_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(page)
                .putLong(0)
                .array();
    }

    /** Elements first, each with the way from itself to its data, then all data. */
    private static void leaf(ByteBuffer page, List<? extends Entry> entries) {
        int element = page.position();
        int data = element + entries.size() * ELEMENT;
        for (Entry entry : entries) {
            byte[] key = entry.key().array();
            byte[] value = entry.value().array();
            page.putInt(element, entry.isBucket() ? IS_BUCKET : 0);
            page.putInt(element + 4, data - element);
            page.putInt(element + 8, key.length);
            page.putInt(element + 12, value.length);
            page.position(data);
            page.put(key).put(value);
            element += ELEMENT;
            data = page.position();
        }
    }

    private static int leafSize(List<? extends Entry> entries) {
        long size = HEADER;
        for (Entry entry : entries) {
            size += leafElement(entry);
            if (size > MAX_INLINE) {
                break;
            }
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private static int leafElement(Entry entry) {
        return ELEMENT + entry.key().size() + entry.valueSize();
    }

    private static int branchElement(Node child) {
        return ELEMENT + child.firstKey().size();
    }

    private static int pages(int size) {
        return (size + PAGE - 1) / PAGE;
    }

    private static long fnv(byte[] bytes, int from, int length) {
        long hash = FNV_OFFSET;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    private interface Node {
        long page();

        int size();

        Bytes firstKey();

        byte[] bytes();
    }

    private record Leaf(long page, int size, List<? extends Entry> entries) implements Node {
        @Override
        public Bytes firstKey() {
            return entries.isEmpty() ? Bytes.EMPTY : entries.get(0).key();
        }

        @Override
        public byte[] bytes() {
            byte[] bytes = blank(size);
            leaf(header(bytes, page, LEAF, entries.size()), entries);
            return bytes;
        }
    }

    private record Branch(long page, int size, List<Node> children) implements Node {
        @Override
        public Bytes firstKey() {
            return children.get(0).firstKey();
        }

        @Override
        public byte[] bytes() {
            byte[] whole = blank(size);
            ByteBuffer bytes = header(whole, page, BRANCH, children.size());
            int element = bytes.position();
            int data = element + children.size() * ELEMENT;
            for (Node child : children) {
                byte[] key = child.firstKey().array();
                bytes.putInt(element, data - element);
                bytes.putInt(element + 4, key.length);
                bytes.putLong(element + 8, child.page());
                bytes.position(data);
                bytes.put(key);
                element += ELEMENT;
                data = bytes.position();
            }
            return whole;
        }
    }
}
