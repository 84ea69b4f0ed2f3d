package dev.rollcall.etcd.server.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTest {
    private static final KeyRange ALL = KeyRange.prefix(Bytes.EMPTY);

    private final Store store = new Store();

    @Test
    void anEmptyStoreIsAtRevisionOne() {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.range(RangeQuery.current(ALL))).isEqualTo(new RangeResult(1, List.of(), false, 0));
    }

    @Test
    void aPutKeepsTheCreationAndCountsVersions() {
        put("a", "1");
        put("a", "1");
        assertThat(get("a")).isEqualTo(new KeyValue(Bytes.utf8("a"), Bytes.utf8("1"), 2, 3, 2, 0));
    }

    @Test
    void aPutAfterADeletionBeginsANewGeneration() {
        put("a", "1");
        delete("a", "");
        put("a", "2");
        assertThat(get("a")).isEqualTo(new KeyValue(Bytes.utf8("a"), Bytes.utf8("2"), 4, 4, 1, 0));
    }

    @Test
    void aDeletionThatHitsNothingIsNoRevision() {
        put("a", "1");
        Store.Write write = store.begin();
        assertThat(write.delete(KeyRange.single(Bytes.utf8("b")))).isEmpty();
        assertThat(write.revision()).isEqualTo(2);
        assertThat(write.commit()).isNull();
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void oneWriteIsOneRevisionWithItsChangesInOrder() {
        put("b", "1");
        put("a", "1");
        Store.Write write = store.begin();
        write.put(Bytes.utf8("c"), Bytes.utf8("1"), 0);
        write.delete(ALL);
        Commit commit = write.commit();
        assertThat(commit).isNotNull();
        assertThat(commit.revision()).isEqualTo(4);
        assertThat(commit.changes())
                .extracting(change -> change.key() + (change.isTombstone() ? "-" : "+"))
                .containsExactly("c+", "a-", "b-", "c-");
        assertThat(store.at(Bytes.utf8("c"), 4)).isNull();
    }

    @Test
    void aWriteSeesItselfAndNobodyElseDoesBeforeItIsCommitted() {
        Store.Write write = store.begin();
        write.put(Bytes.utf8("a"), Bytes.utf8("1"), 0);
        assertThat(write.range(RangeQuery.current(ALL)).kvs()).hasSize(1);
        assertThat(write.range(RangeQuery.current(ALL)).revision()).isEqualTo(2);
        assertThat(store.range(RangeQuery.current(ALL)).kvs()).isEmpty();
        assertThat(write.commit()).isNotNull();
        assertThat(store.range(RangeQuery.current(ALL)).kvs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a,   '', 1",
        "b, '', 0",
        "a, c, 1",
        "a, d, 2",
        "a, a, 0",
        "c, a, 0",
        "b, '\0', 3",
        "'\0', '\0', 4",
    })
    void aRangeIsAKeyAnIntervalOrEverythingFromAKeyOn(String key, String end, int count) {
        List.of("a", "c", "d", "z").forEach(name -> put(name, "1"));
        RangeQuery query = RangeQuery.current(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)));
        assertThat(store.range(query).count()).isEqualTo(count);
        assertThat(store.range(query).kvs()).hasSize(count);
    }

    @Test
    void theSizeIsThatOfTheKeptVersionsAfterACompactionOfAHotKey() {
        for (int i = 0; i < 500; i++) {
            put("hot", "value-" + i);
            put("cold-" + i, "1");
        }
        delete("cold-7", "");
        for (long at : new long[] {300, store.revision(), store.revision() + 1}) {
            if (at > store.revision()) {
                put("hot", "last");
            }
            store.compact(at);
            long recount = Objects.requireNonNull(store.versions(store.revision(), at)).stream()
                    .mapToLong(kv -> StoredVersion.key(kv).length + StoredVersion.value(kv).length)
                    .sum();
            assertThat(store.bytes()).isEqualTo(recount);
        }
    }

    @Test
    void keysAreOrderedByUnsignedBytes() {
        Store.Write write = store.begin();
        write.put(Bytes.wrap(new byte[] {(byte) 0xff}), Bytes.EMPTY, 0);
        write.put(Bytes.wrap(new byte[] {0x7f}), Bytes.EMPTY, 0);
        assertThat(write.commit()).isNotNull();
        assertThat(store.range(RangeQuery.current(ALL)).kvs())
                .extracting(kv -> kv.key().array()[0])
                .containsExactly((byte) 0x7f, (byte) 0xff);
    }

    @Test
    void thePastReadsAsItWasUnderTheCurrentRevision() {
        put("a", "1");
        put("a", "2");
        delete("a", "");
        assertThat(values(at(2))).containsExactly("1");
        assertThat(values(at(3))).containsExactly("2");
        assertThat(values(at(1))).isEmpty();
        assertThat(values(at(0))).isEmpty();
        assertThat(values(at(-5))).isEmpty();
        assertThat(at(2).revision()).isEqualTo(4);
        assertThatThrownBy(() -> at(5)).hasMessage("etcdserver: mvcc: required revision is a future revision");
    }

    @ParameterizedTest
    @CsvSource({
        // order, target, limit -> keys, more
        "NONE,    KEY,     0, abcd, false",
        "NONE,    KEY,     4, abcd, false",
        "NONE,    KEY,     3, abc,  true",
        "NONE,    KEY,    -1, abcd, false",
        "ASCEND,  KEY,     2, ab,   true",
        "DESCEND, KEY,     2, dc,   true",
        "ASCEND,  VALUE,   0, dcba, false",
        "DESCEND, VALUE,   2, ab,   true",
        // etcd takes limit + 1 entries in key order before it sorts, when no order is given
        "NONE,    VALUE,   1, b,    true",
        "NONE,    VALUE,   2, cb,   true",
        "ASCEND,  VERSION, 0, abdc, false",
        "DESCEND, VERSION, 0, cabd, false",
        "ASCEND,  MOD,     0, abdc, false",
        "ASCEND,  CREATE,  0, abcd, false",
        "DESCEND, CREATE,  1, d,    true",
    })
    void sortsThenCutsToTheLimit(SortOrder order, SortTarget target, long limit, String keys, boolean more) {
        put("a", "9");
        put("b", "5");
        put("c", "1");
        put("d", "0");
        put("c", "1");
        RangeResult result = store.range(new RangeQuery(ALL, limit, 0, order, target, false, false, Filter.NONE));
        assertThat(String.join(
                        "", result.kvs().stream().map(kv -> kv.key().toString()).toList()))
                .isEqualTo(keys);
        assertThat(result.more()).isEqualTo(more);
        assertThat(result.count()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        // a was made at 2 and changed at 5, b made at 3, c made at 4
        "0, 0, 0, 0, abc",
        "4, 0, 0, 0, ac",
        "0, 4, 0, 0, bc",
        "0, 0, 3, 0, bc",
        "0, 0, 0, 2, a",
        "4, 4, 2, 4, c",
        "9, 0, 0, 0, ''",
    })
    void filtersByRevisionButCountsEverything(long minMod, long maxMod, long minCreate, long maxCreate, String keys) {
        List.of("a", "b", "c", "a").forEach(key -> put(key, "1"));
        Filter filter = new Filter(minMod, maxMod, minCreate, maxCreate);
        RangeResult result =
                store.range(new RangeQuery(ALL, 0, 0, SortOrder.NONE, SortTarget.KEY, false, false, filter));
        assertThat(String.join(
                        "", result.kvs().stream().map(kv -> kv.key().toString()).toList()))
                .isEqualTo(keys);
        assertThat(result.count()).isEqualTo(3);
    }

    @Test
    void moreHonoursTheFilter() {
        List.of("a", "b", "c").forEach(name -> put(name, "1"));
        RangeQuery query =
                new RangeQuery(ALL, 2, 0, SortOrder.NONE, SortTarget.KEY, false, false, new Filter(3, 0, 0, 0));
        assertThat(store.range(query).more()).isFalse();
        assertThat(store.range(query).kvs()).hasSize(2);
    }

    @Test
    void countOnlyAndKeysOnlyLeaveOutTheRest() {
        put("a", "1");
        RangeQuery count =
                new RangeQuery(ALL, 1, 0, SortOrder.NONE, SortTarget.KEY, false, true, new Filter(9, 0, 0, 0));
        assertThat(store.range(count)).isEqualTo(new RangeResult(2, List.of(), false, 1));
        RangeQuery keys = new RangeQuery(ALL, 0, 0, SortOrder.NONE, SortTarget.KEY, true, false, Filter.NONE);
        assertThat(store.range(keys).kvs()).containsExactly(new KeyValue(Bytes.utf8("a"), Bytes.EMPTY, 2, 2, 1, 0));
    }

    @Test
    void compactionKeepsWhatIsTrueAtItsRevision() {
        put("a", "1");
        put("a", "2");
        put("b", "1");
        delete("b", "");
        put("c", "1");
        store.compact(5);
        assertThat(values(at(5))).containsExactly("2");
        assertThat(values(at(6))).containsExactly("2", "1");
        assertThatThrownBy(() -> at(4)).hasMessage("etcdserver: mvcc: required revision has been compacted");
        assertThat(store.revision()).isEqualTo(6);
        assertThat(store.at(Bytes.utf8("a"), 3)).isNull();
        assertThat(store.commits(5, 6)).extracting(Commit::revision).containsExactly(5L, 6L);
        assertThat(store.commits(1, 6)).hasSize(2);
    }

    @Test
    void aKeyDeletedBeforeACompactionIsForgottenAltogether() {
        put("a", "1");
        delete("a", "");
        store.compact(3);
        put("b", "1");
        store.compact(4);
        put("a", "2");
        assertThat(get("a").version()).isEqualTo(1);
        assertThat(values(at(4))).containsExactly("1");
    }

    @Test
    void compactionGoesForwardOnlyAndNotIntoTheFuture() {
        put("a", "1");
        store.compact(0);
        assertThatThrownBy(() -> store.compact(0)).hasMessageContaining("compacted");
        assertThatThrownBy(() -> store.compact(-1)).hasMessageContaining("compacted");
        assertThatThrownBy(() -> store.compact(3)).hasMessageContaining("future");
        store.compact(2);
        assertThatThrownBy(() -> store.compact(2)).hasMessageContaining("compacted");
        assertThat(values(at(0))).containsExactly("1");
    }

    /** Both keys are always written together, so a reader that ever sees them differ has read half a revision. */
    @Test
    void readersBesideTheWriterSeeWholeRevisions() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<String> torn = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                List<String> seen = values(store.range(RangeQuery.current(ALL)));
                if (seen.size() == 1 || (seen.size() == 2 && !seen.get(0).equals(seen.get(1)))) {
                    torn.set(seen.toString());
                }
            }
        });
        reader.start();
        for (int i = 0; i < 20_000; i++) {
            Store.Write write = store.begin();
            if (i % 7 == 0) {
                write.delete(ALL);
            } else {
                write.put(Bytes.utf8("a"), Bytes.utf8("" + i), 0);
                write.put(Bytes.utf8("b"), Bytes.utf8("" + i), 0);
            }
            write.commit();
            if (i % 100 == 99) {
                store.compact(store.revision());
            }
        }
        done.set(true);
        reader.join();
        assertThat(torn.get()).isNull();
    }

    @Test
    void agreesWithAModelThatRemembersEverything() {
        Random random = new Random(42);
        TreeMap<Long, TreeMap<String, String>> model = new TreeMap<>();
        model.put(1L, new TreeMap<>());
        for (int i = 0; i < 3000; i++) {
            TreeMap<String, String> state = new TreeMap<>(model.lastEntry().getValue());
            String key = "" + (char) ('a' + random.nextInt(8));
            if (random.nextInt(3) == 0) {
                delete(key, "");
                state.remove(key);
            } else {
                put(key, "" + i);
                state.put(key, "" + i);
            }
            model.put(store.revision(), state);
            if (random.nextInt(50) == 0 && store.revision() > store.compacted() + 1) {
                long span = store.revision() - Math.max(0, store.compacted());
                store.compact(Math.max(0, store.compacted()) + 1 + random.nextInt((int) span));
            }
            long from = Math.max(1, store.compacted());
            long revision = from + random.nextInt((int) (store.revision() - from + 1));
            assertThat(values(at(revision)))
                    .isEqualTo(List.copyOf(
                            Objects.requireNonNull(model.get(revision)).values()));
        }
    }

    private void put(String key, String value) {
        Store.Write write = store.begin();
        write.put(Bytes.utf8(key), Bytes.utf8(value), 0);
        assertThat(write.commit()).isNotNull();
    }

    private void delete(String key, String end) {
        Store.Write write = store.begin();
        write.delete(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)));
        write.commit();
    }

    private KeyValue get(String key) {
        return store.range(RangeQuery.current(KeyRange.single(Bytes.utf8(key))))
                .kvs()
                .get(0);
    }

    private RangeResult at(long revision) {
        return store.range(new RangeQuery(ALL, 0, revision, SortOrder.NONE, SortTarget.KEY, false, false, Filter.NONE));
    }

    private static List<String> values(RangeResult result) {
        return result.kvs().stream().map(kv -> kv.value().toString()).toList();
    }
}
