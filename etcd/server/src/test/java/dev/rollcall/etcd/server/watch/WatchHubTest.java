package dev.rollcall.etcd.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.Store;
import dev.rollcall.etcd.server.watch.WatchMessage.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchHubTest {
    private static final long INTERVAL = 1000;

    private final Store store = new Store();
    private final WatchHub hub = new WatchHub(store, INTERVAL);
    private final WatchStream stream = hub.open(0);

    @Test
    void createdComesFirstWithTheCurrentRevision() {
        put("a/1", "x");
        stream.create(prefix("a/", 2));
        assertThat(texts()).containsExactly("CREATED 0 @2", "EVENTS 0 @2 [a/1=x@2]");
    }

    @Test
    void onlyNewEventsAreHeardWithoutAStartRevision() {
        put("a/1", "x");
        stream.create(prefix("a/", 0));
        put("a/2", "y");
        put("b/1", "z");
        assertThat(texts()).containsExactly("CREATED 0 @2", "EVENTS 0 @3 [a/2=y@3]");
    }

    @Test
    void aFutureStartIsSilentUntilThen() {
        stream.create(prefix("a/", 3));
        put("a/1", "x");
        put("a/1", "y");
        assertThat(texts()).containsExactly("CREATED 0 @1", "EVENTS 0 @3 [a/1=y@3]");
    }

    @ParameterizedTest
    @CsvSource({
        "a, '', a",
        "a, '', a",
        "a/, a0, a/1",
        "a, c, b/1",
        "b/, '\0', c",
        "'\0', '\0', a",
        "a/1, a/11, a/1",
    })
    void everyKindOfRangeHears(String key, String end, String changed) {
        stream.create(WatchSpec.of(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)), 0));
        put(changed, "x");
        put("\0", "elsewhere");
        assertThat(texts()).contains("EVENTS 0 @2 [" + changed + "=x@2]");
        stream.cancel(0);
        put(changed, "y");
        assertThat(texts()).containsExactly("CANCELED 0 @3");
        assertThat(hub.watchers()).isZero();
    }

    @Test
    void aDirectoryDoesNotHearItsNeighbour() {
        stream.create(prefix("test/", 0));
        put("test1", "x");
        put("test", "x");
        put("test/1", "x");
        assertThat(texts()).containsExactly("CREATED 0 @1", "EVENTS 0 @4 [test/1=x@4]");
    }

    @Test
    void allChangesOfARevisionComeTogetherInOrder() {
        stream.create(prefix("a/", 0));
        Store.Write write = store.begin();
        write.put(Bytes.utf8("a/2"), Bytes.utf8("x"), 0);
        write.put(Bytes.utf8("b"), Bytes.utf8("x"), 0);
        write.put(Bytes.utf8("a/1"), Bytes.utf8("y"), 0);
        commit(write);
        write = store.begin();
        write.delete(KeyRange.prefix(Bytes.utf8("a/")));
        commit(write);
        assertThat(texts())
                .containsExactly("CREATED 0 @1", "EVENTS 0 @2 [a/2=x@2, a/1=y@2]", "EVENTS 0 @3 [-a/1@3, -a/2@3]");
    }

    @Test
    void previousValuesComeWhereTheyExistAndAreNotCompacted() {
        stream.create(new WatchSpec(0, KeyRange.single(Bytes.utf8("a")), 0, true, true, true, false, false));
        put("a", "1");
        put("a", "2");
        delete("a");
        assertThat(texts())
                .containsExactly(
                        "CREATED 0 @1", "EVENTS 0 @2 [a=1@2]", "EVENTS 0 @3 [a=2@3(1)]", "EVENTS 0 @4 [-a@4(2)]");
        store.compact(4);
        stream.create(new WatchSpec(0, KeyRange.single(Bytes.utf8("a")), 4, true, true, true, false, false));
        assertThat(texts()).containsExactly("CREATED 1 @4", "EVENTS 1 @4 [-a@4]");
    }

    @ParameterizedTest
    @CsvSource({"true, false, a=1@2", "false, true, -a@3"})
    void filteredRevisionsMakeNoMessage(boolean puts, boolean deletes, String event) {
        stream.create(new WatchSpec(0, KeyRange.single(Bytes.utf8("a")), 0, puts, deletes, false, false, false));
        put("a", "1");
        delete("a");
        assertThat(texts()).hasSize(2).last().asString().endsWith("[" + event + "]");
    }

    @Test
    void idsAreCountedUpSkippingThoseInUseAndNeverBack() {
        stream.create(withId(1));
        stream.create(withId(0));
        stream.create(withId(0));
        stream.create(withId(1));
        stream.create(withId(-9));
        stream.cancel(0);
        stream.create(withId(0));
        stream.cancel(77);
        assertThat(texts())
                .containsExactly(
                        "CREATED 1 @1",
                        "CREATED 0 @1",
                        "CREATED 2 @1",
                        "REFUSED -1 @1 mvcc: duplicate watch ID provided on the WatchStream",
                        "CREATED -9 @1",
                        "CANCELED 0 @1",
                        "CREATED 3 @1");
    }

    @Test
    void anEmptyRangeAndANegativeStartAreRefused() {
        stream.create(WatchSpec.of(KeyRange.of(Bytes.utf8("b"), Bytes.utf8("a")), 0));
        stream.create(WatchSpec.of(KeyRange.of(Bytes.utf8("b"), Bytes.utf8("b")), 0));
        stream.create(prefix("a", -1));
        assertThat(texts())
                .containsExactly(
                        "REFUSED -1 @1 mvcc: watcher range is empty",
                        "REFUSED -1 @1 mvcc: watcher range is empty",
                        "REFUSED -1 @1 etcdserver: mvcc: required revision has been compacted");
        assertThat(hub.watchers()).isZero();
    }

    @Test
    void aCompactedStartIsCreatedAndThenCanceledWithoutARevision() {
        put("a", "1");
        put("a", "2");
        put("a", "3");
        store.compact(3);
        stream.create(prefix("a", 2));
        stream.create(prefix("a", 3));
        List<WatchMessage> messages = drain();
        assertThat(messages.stream().map(WatchHubTest::text))
                .containsExactlyInAnyOrder(
                        "CREATED 0 @4", "CREATED 1 @4", "CANCELED 0 @0 compacted 3", "EVENTS 1 @4 [a=2@3, a=3@4]");
        stream.create(withId(0));
        stream.cancel(0);
        assertThat(texts()).containsExactly("CREATED 2 @4", "CANCELED 0 @4");
    }

    @Test
    void historyComesInBatchesOfAThousandRevisions() {
        for (int i = 0; i < 2500; i++) {
            put("a", "" + i);
        }
        stream.create(prefix("a", 2));
        List<WatchMessage> messages = drain();
        assertThat(messages).extracting(message -> message.events().size()).containsExactly(0, 1000, 1000, 500);
        assertThat(messages).extracting(WatchMessage::revision).containsOnly(2501L);
        put("a", "live");
        assertThat(texts()).containsExactly("EVENTS 0 @2502 [a=live@2502]");
    }

    @Test
    void aFarBehindWatcherTakesSeveralTurns() {
        for (int i = 0; i < WatchStream.BATCH_REVISIONS + 10; i++) {
            put("b", "");
        }
        put("a", "x");
        stream.create(prefix("a", 2));
        assertThat(stream.poll()).extracting(WatchMessage::kind).isEqualTo(Kind.CREATED);
        assertThat(stream.poll()).isNull();
        assertThat(stream.hasBacklog()).isTrue();
        assertThat(stream.poll()).extracting(WatchMessage::kind).isEqualTo(Kind.EVENTS);
        assertThat(stream.hasBacklog()).isFalse();
    }

    @Test
    void watchersBehindAtDifferentRevisionsEachGetTheirOwn() {
        for (int i = 2; i < 12; i++) {
            put("a" + i % 2, "");
        }
        stream.create(prefix("a0", 8));
        stream.create(prefix("a1", 3));
        stream.create(prefix("a", 11));
        assertThat(drain())
                .filteredOn(message -> message.kind() == Kind.EVENTS)
                .extracting(message -> message.events().stream()
                        .map(event -> event.kv().modRevision())
                        .toList())
                .containsExactlyInAnyOrder(List.of(8L, 10L), List.of(3L, 5L, 7L, 9L, 11L), List.of(11L));
    }

    @Test
    void aChangeForMoreWatchersThanTheOutboxHoldsReachesThemAll() {
        int count = WatchStream.OUTBOX_LIMIT * 3;
        for (int i = 0; i < count; i++) {
            stream.create(prefix("a/" + i + "/", 0));
        }
        assertThat(drain()).hasSize(count);
        Store.Write write = store.begin();
        for (int i = 0; i < count; i++) {
            write.put(Bytes.utf8("a/" + i + "/x"), Bytes.EMPTY, 0);
        }
        commit(write);
        assertThat(drain())
                .hasSize(count)
                .allSatisfy(message -> assertThat(message.events()).hasSize(1));
        put("a/7/x", "live");
        assertThat(texts()).containsExactly("EVENTS 7 @3 [a/7/x=live@3]");
    }

    @Test
    void aSlowConsumerMissesNothingAndItsOutboxIsBounded() {
        stream.create(prefix("a", 0));
        for (int i = 0; i < 1000; i++) {
            put("a", "" + i);
        }
        assertThat(stream.isFull()).isTrue();
        List<String> seen = new ArrayList<>();
        List<WatchMessage> messages = drain();
        messages.forEach(message ->
                message.events().forEach(event -> seen.add(event.kv().value().toString())));
        assertThat(messages).hasSizeLessThanOrEqualTo(WatchStream.OUTBOX_LIMIT + 2);
        assertThat(seen).hasSize(1000).first().isEqualTo("0");
        assertThat(seen)
                .isEqualTo(java.util.stream.IntStream.range(0, 1000)
                        .mapToObj(i -> "" + i)
                        .toList());
        put("a", "live");
        assertThat(texts()).containsExactly("EVENTS 0 @1002 [a=live@1002]");
    }

    @Test
    void aSlowConsumerThatACompactionOvertakesIsTold() {
        stream.create(prefix("a", 0));
        for (int i = 0; i < 200; i++) {
            put("a", "" + i);
        }
        store.compact(store.revision());
        assertThat(texts()).last().asString().isEqualTo("CANCELED 0 @0 compacted 201");
    }

    @Test
    void requestedProgressIsAnsweredOnlyIfAllAreUpToDate() {
        stream.requestProgress();
        assertThat(texts()).isEmpty();
        put("a", "1");
        stream.create(prefix("a", 0));
        stream.create(prefix("a", 99));
        stream.requestProgress();
        assertThat(texts()).containsExactly("CREATED 0 @2", "CREATED 1 @2", "PROGRESS -1 @2");
        stream.create(prefix("a", 2));
        stream.requestProgress();
        assertThat(texts()).containsExactly("CREATED 2 @2", "EVENTS 2 @2 [a=1@2]");
        stream.requestProgress();
        assertThat(texts()).containsExactly("PROGRESS -1 @2");
    }

    @Test
    void periodicProgressGoesToTheQuietWatchersThatWantIt() {
        stream.create(new WatchSpec(0, KeyRange.single(Bytes.utf8("a")), 0, true, true, false, true, false));
        stream.create(prefix("b", 0));
        put("a", "1");
        hub.tick(INTERVAL - 1);
        assertThat(texts()).hasSize(3);
        hub.tick(INTERVAL);
        assertThat(texts()).isEmpty();
        hub.tick(2 * INTERVAL);
        assertThat(texts()).containsExactly("PROGRESS 0 @2");
    }

    @Test
    void aClosedStreamLeavesNothingBehind() {
        stream.create(prefix("a", 0));
        stream.create(withId(5));
        assertThat(hub.watchers()).isEqualTo(2);
        stream.close();
        put("a", "1");
        assertThat(hub.watchers()).isZero();
        assertThat(hub.takeReady()).isEmpty();
        assertThat(stream.poll()).isNull();
    }

    @Test
    void streamsThatHaveSomethingToSendAreNamedOnce() {
        stream.create(prefix("a", 0));
        put("a", "1");
        WatchStream other = hub.open(0);
        assertThat(hub.takeReady()).containsExactly(stream);
        assertThat(hub.takeReady()).isEmpty();
        other.create(prefix("a", 0));
        assertThat(hub.takeReady()).containsExactly(other);
    }

    private static WatchSpec prefix(String prefix, long start) {
        return WatchSpec.of(KeyRange.prefix(Bytes.utf8(prefix)), start);
    }

    private static WatchSpec withId(long id) {
        return new WatchSpec(id, KeyRange.single(Bytes.utf8("x")), 0, true, true, false, false, false);
    }

    private void put(String key, String value) {
        Store.Write write = store.begin();
        write.put(Bytes.utf8(key), Bytes.utf8(value), 0);
        commit(write);
    }

    private void delete(String key) {
        Store.Write write = store.begin();
        write.delete(KeyRange.single(Bytes.utf8(key)));
        commit(write);
    }

    private void commit(Store.Write write) {
        Commit commit = write.commit();
        assertThat(commit).isNotNull();
        hub.publish(commit);
    }

    private List<WatchMessage> drain() {
        List<WatchMessage> messages = new ArrayList<>();
        while (stream.hasBacklog()) {
            WatchMessage message = stream.poll();
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    private List<String> texts() {
        return drain().stream().map(WatchHubTest::text).toList();
    }

    private static String text(WatchMessage message) {
        String text = message.kind() + " " + message.watchId() + " @" + message.revision();
        if (message.compacted() != 0) {
            text += " compacted " + message.compacted();
        }
        if (!message.reason().isEmpty()) {
            text += " " + message.reason();
        }
        return message.kind() == Kind.EVENTS
                ? text + " " + message.events().stream().map(WatchHubTest::text).toList()
                : text;
    }

    private static String text(WatchMessage.Event event) {
        String change = event.kv().isTombstone()
                ? "-" + event.kv().key()
                : event.kv().key() + "=" + event.kv().value();
        return change + "@" + event.kv().modRevision()
                + (event.previous() == null ? "" : "(" + event.previous().value() + ")");
    }
}
