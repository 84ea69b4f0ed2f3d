package dev.rollcall.etcd.server.mvcc;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kept versions of one key, oldest first. One thread appends and compacts; any number read beside it, each a consistent slice:
 * a slice is never changed within its size once it is published.
 */
final class KeyHistory {
    private volatile Slice slice = new Slice(new KeyValue[1], 0);

    void append(KeyValue version) {
        Slice now = slice;
        KeyValue[] versions =
                now.size < now.versions.length ? now.versions : Arrays.copyOf(now.versions, now.versions.length * 2);
        versions[now.size] = version;
        slice = new Slice(versions, now.size + 1);
    }

    /** The version that was true at a revision, or null when the key did not exist then. */
    @Nullable KeyValue at(long revision) {
        Slice now = slice;
        int index = now.lastUpTo(revision);
        return index < 0 || now.versions[index].isTombstone() ? null : now.versions[index];
    }

    /** Tells of each kept version below a revision, oldest first. */
    void forEachBelow(long revision, Consumer<KeyValue> action) {
        Slice now = slice;
        for (int i = 0; i < now.size && now.versions[i].modRevision() < revision; i++) {
            action.accept(now.versions[i]);
        }
    }

    boolean isEmpty() {
        return slice.size == 0;
    }

    /**
     * Forgets what nobody can ask for any more: all versions up to {@code revision} but the newest, and that too when it is a
     * tombstone of an earlier revision.
     *
     * @return how many bytes the forgotten versions took in etcd's database; only they are looked at, for a key that changes often is
     *     compacted once for each of its changes
     */
    long compact(long revision) {
        Slice now = slice;
        int keep = now.lastUpTo(revision);
        if (keep >= 0) {
            KeyValue newest = now.versions[keep];
            if (newest.isTombstone() && newest.modRevision() < revision) {
                keep++;
            }
        }
        long forgotten = 0;
        for (int i = 0; i < keep; i++) {
            forgotten += StoredVersion.size(now.versions[i]);
        }
        if (keep > 0) {
            KeyValue[] kept = Arrays.copyOfRange(now.versions, keep, Math.max(now.size, keep + 1));
            slice = new Slice(kept, now.size - keep);
        }
        return forgotten;
    }

    private static final class Slice {
        final KeyValue[] versions;
        final int size;

        Slice(KeyValue[] versions, int size) {
            this.versions = versions;
            this.size = size;
        }

        /** Index of the last version whose revision is at most {@code revision}, or -1. */
        int lastUpTo(long revision) {
            if (size > 0 && versions[size - 1].modRevision() <= revision) {
                return size - 1;
            }
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (versions[middle].modRevision() <= revision) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }
    }
}
