package dev.rollcall.etcd.server.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyHistoryTest {
    private static final int VERSIONS = 1000;

    private final KeyHistory history = new KeyHistory();

    /** A store compacts a key once for each of its changes: what was counted before must not be counted, nor looked at, again. */
    @Test
    void aCompactionTellsTheSizeOfEachForgottenVersionOnce() {
        for (int revision = 2; revision < VERSIONS + 2; revision++) {
            history.append(version(revision));
        }
        long whole = bytes();
        long forgotten = history.compact(VERSIONS / 2);
        assertThat(forgotten).isPositive().isEqualTo(whole - bytes());
        for (int again = 0; again < VERSIONS / 2; again++) {
            assertThat(history.compact(VERSIONS / 2)).isZero();
        }
        assertThat(history.compact(VERSIONS + 1)).isEqualTo(whole - forgotten - bytes());
        assertThat(kept()).containsExactly(version(VERSIONS + 1));
        assertThat(history.isEmpty()).isFalse();
    }

    @Test
    void aTombstoneCountsToo() {
        history.append(version(2));
        history.append(KeyValue.tombstone(Bytes.utf8("hot"), 3, 0));
        long whole = bytes();
        assertThat(history.compact(4)).isEqualTo(whole);
        assertThat(history.isEmpty()).isTrue();
    }

    private static KeyValue version(long revision) {
        return new KeyValue(Bytes.utf8("hot"), Bytes.utf8("value-" + revision), 2, revision, revision - 1, 0);
    }

    private List<KeyValue> kept() {
        List<KeyValue> kept = new ArrayList<>();
        history.forEachBelow(Long.MAX_VALUE, kept::add);
        return kept;
    }

    /** Counted anew, from what stands in the database. */
    private long bytes() {
        return kept().stream()
                .mapToLong(kv -> StoredVersion.key(kv).length + StoredVersion.value(kv).length)
                .sum();
    }
}
