package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.mvcc.Store;

/** How large etcd's database would be with this data, in bytes: an estimate in whole pages, without what its trees add. */
final class DatabaseSize {
    private static final long PAGE = 4096;

    /** Of a new database, and what of it is in use. */
    private static final long EMPTY = 20_480;

    private static final long EMPTY_USED = 16_384;

    private DatabaseSize() {}

    /** Grows with the data, and shrinks only by defragmenting. */
    static long whole(Store store) {
        return EMPTY + pages(store.mostBytes());
    }

    /** What compaction has not freed. */
    static long used(Store store) {
        return EMPTY_USED + pages(store.bytes());
    }

    private static long pages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }
}
