package dev.rollcall.etcd.server.mvcc;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A checksum over all versions up to a revision, by etcd's own rule, so that it is the same for the same history.
 *
 * @param hash the checksum, an unsigned number of 32 bits
 * @param compacted the compaction it stands on
 * @param current the store's revision when it was taken
 */
public record StoreHash(int hash, long compacted, long current) {
    static final Comparator<KeyValue> IN_ORDER =
            Comparator.comparingLong(KeyValue::modRevision).thenComparingInt(KeyValue::place);

    /** Takes the checksum of all that is kept up to a revision. */
    static StoreHash of(List<KeyValue> versions, long at, long compacted, long current) {
        CRC32C checksum = new CRC32C();
        checksum.update("key".getBytes(StandardCharsets.US_ASCII));
        Set<KeyValue> kept = lasting(versions, at);
        versions.stream()
                .filter(kv -> kv.modRevision() <= at && counts(kv, compacted, kept))
                .sorted(IN_ORDER)
                .forEach(kv -> {
                    checksum.update(StoredVersion.key(kv));
                    checksum.update(StoredVersion.value(kv));
                });
        return new StoreHash((int) checksum.getValue(), compacted, current);
    }

    /** What a compaction may have taken away already is left out, whether it has or not. */
    private static boolean counts(KeyValue kv, long compacted, Set<KeyValue> kept) {
        return kv.modRevision() > compacted || kept.contains(kv);
    }

    /** What is true at a revision; the versions of one key stand together, the oldest first. */
    private static Set<KeyValue> lasting(List<KeyValue> versions, long at) {
        Set<KeyValue> kept = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            KeyValue kv = versions.get(i);
            boolean replaced = i + 1 < versions.size()
                    && versions.get(i + 1).key().equals(kv.key())
                    && versions.get(i + 1).modRevision() <= at;
            if (kv.modRevision() <= at && !replaced && !kv.isTombstone()) {
                kept.add(kv);
            }
        }
        return kept;
    }
}
