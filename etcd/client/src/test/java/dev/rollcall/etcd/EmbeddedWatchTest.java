package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches of a server that restarts, forgets and is slow to be heard. */
class EmbeddedWatchTest {

    @RegisterExtension
    static final EtcdExtension extension = EtcdExtension.embedded();

    private static final WatchRequest RANGE = WatchRequest.of(KeyRange.prefix("/s/"));

    private final TestEtcd etcd = extension.etcd();
    private final RecordingWatchListener listener = new RecordingWatchListener();
    private EtcdClient client = EtcdClient.connect(endpoint());

    @BeforeEach
    void beginWithTheStoreAnswering() {
        client.kv().put("/other", "v");
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void changesAreToldInOrder() {
        client.watches().watch(RANGE, listener);
        awaitCreated();

        List<String> written = put("/s/a", "/s/b", "/other", "/s/a");
        client.kv().delete("/s/b");

        listener.awaitChanges(4);
        written.remove(2);
        assertThat(listener.changes().subList(0, 3)).isEqualTo(written);
        assertThat(listener.changes().get(3)).startsWith("/s/b@");
    }

    @Test
    void historyIsToldWhereItIsAskedFor() {
        List<String> written = put("/s/a", "/s/b", "/s/a");
        long first = revisionOf(written.get(0));

        client.watches().watch(RANGE.from(first), listener);

        listener.awaitChanges(3);
        assertThat(listener.changes()).isEqualTo(written);
    }

    @Test
    void whatIsWrittenAroundARestartComesOnce() {
        client.watches().watch(RANGE, listener);
        awaitCreated();
        List<String> written = put("/s/a", "/s/b");

        etcd.restart();
        written.addAll(put("/s/c", "/s/d"));

        listener.awaitChanges(4);
        assertThat(listener.changes()).isEqualTo(written);
        assertThat(listener.told())
                .filteredOn(line -> line.startsWith("interrupted"))
                .hasSize(1);
        assertThat(listener.told())
                .filteredOn(line -> line.startsWith("resumed"))
                .hasSize(1);
    }

    @Test
    void aWatchOfCompactedHistoryGoesOnWhereItsOwnerRead() {
        List<String> written = put("/s/a", "/s/b", "/s/c");
        long compacted = etcd.compact();
        Watch watch = client.watches().watch(RANGE.from(revisionOf(written.get(0))), listener);
        listener.await("compacted " + compacted);

        GetResult list = client.kv().list(RANGE.range());
        watch.resumeFrom(list.header().revision() + 1);
        List<String> later = put("/s/d");

        listener.awaitChanges(1);
        assertThat(listener.changes()).isEqualTo(later);
    }

    @Test
    void aWipedStoreIsNoticedAndWatchedAgain() {
        Watch watch = client.watches().watch(RANGE, listener);
        awaitCreated();
        put("/s/a", "/s/b", "/s/c", "/s/a", "/s/b", "/s/c");
        listener.awaitChanges(6);

        etcd.wipe();

        listener.await(lines -> lines.stream().anyMatch(line -> line.startsWith("went back to ")), "the wipe");
        GetResult list = client.kv().list(RANGE.range());
        assertThat(list.kvs()).isEmpty();
        watch.resumeFrom(list.header().revision() + 1);
        List<String> later = put("/s/new");
        listener.await(later.get(0));
        assertThat(listener.changes()).hasSize(7);
    }

    @Test
    void aListenerThatFallsBehindDelaysNobodyAndMissesNothing() {
        CountDownLatch release = new CountDownLatch(1);
        List<String> slow = new ArrayList<>();
        WatchListener blocking = batch -> {
            try {
                if (!release.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("never released");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            synchronized (slow) {
                slow.addAll(WatchMessages.told(batch.events()));
            }
        };
        client.watches().watch(RANGE, blocking);
        client.watches().watch(RANGE, listener);
        awaitCreated();
        Waiting.until(() -> etcd.openWatches() == 2, "both watches");

        putMany(WatchLane.MAX_EVENTS + 2_000);
        listener.awaitChanges(WatchLane.MAX_EVENTS + 2_000);
        Waiting.until(() -> etcd.openWatches() == 1, "the slow one parked");
        release.countDown();

        Waiting.until(
                () -> {
                    synchronized (slow) {
                        return slow.size() >= WatchLane.MAX_EVENTS + 2_000;
                    }
                },
                "the slow one has caught up");
        assertThat(slow).isEqualTo(listener.changes());
        Waiting.until(() -> etcd.openWatches() == 2, "both watches again");
    }

    @Test
    void aLargeHistoryComesInPartsAndWhole() {
        String value = "x".repeat(900_000);
        for (int i = 0; i < 8; i++) {
            client.kv().put("/s/" + i, value);
        }
        long first = client.kv().get("/s/0").orElseThrow().modRevision();

        client.watches().watch(RANGE.from(first), listener);

        listener.awaitChanges(8);
        assertThat(listener.changes()).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void aQuietWatchIsToldThatItIsUpToDate() {
        client.close();
        client = EtcdClient.builder(endpoint())
                .watchSilence(Duration.ofSeconds(1))
                .connect();
        Watch watch = client.watches().watch(RANGE, listener);
        awaitCreated();
        long revision = client.kv().put(Put.of("/other", "v")).header().revision();

        listener.await("progress " + revision);

        Waiting.until(() -> watch.position() == revision + 1, "the position");
    }

    @Test
    void manyWatchesThatComeAndGoLeaveNothing() {
        int rounds = 10;
        int watches = 1_000;
        for (int round = 0; round < rounds; round++) {
            List<Watch> open = new ArrayList<>();
            for (int i = 0; i < watches; i++) {
                open.add(client.watches().watch(RANGE, listener));
            }
            boolean afterAll = round % 2 == 0;
            if (afterAll) {
                Waiting.until(() -> etcd.openWatches() == watches, "all watches");
            }
            open.forEach(Watch::close);
            CompletableFuture.allOf(open.stream()
                            .map(watch -> watch.ended().toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new))
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        }

        Waiting.until(() -> etcd.openWatches() == 0, "no watch is left");
        client.watches().watch(RANGE, listener);
        Waiting.until(() -> etcd.openWatches() == 1, "the last one");
    }

    @Test
    void aClosedWatchTellsNothingMore() {
        Watch watch = client.watches().watch(RANGE, listener);
        awaitCreated();
        RecordingWatchListener other = new RecordingWatchListener();
        client.watches().watch(RANGE, other);
        other.await(lines -> !lines.isEmpty(), "the creation");

        watch.close();
        put("/s/a");

        other.awaitChanges(1);
        assertThat(listener.changes()).isEmpty();
        assertThat(watch.ended()).succeedsWithin(Duration.ofSeconds(10));
    }

    private String endpoint() {
        return etcd.endpoints().get(0);
    }

    private void awaitCreated() {
        listener.await(lines -> lines.stream().anyMatch(line -> line.startsWith("created")), "the creation");
    }

    private List<String> put(String... keys) {
        List<String> written = new ArrayList<>();
        for (String key : keys) {
            written.add(key + "@" + client.kv().put(Put.of(key, "v")).header().revision());
        }
        return written;
    }

    private void putMany(int number) {
        int inTxn = 100;
        for (int i = 0; i < number / inTxn; i++) {
            Put[] puts = new Put[inTxn];
            for (int key = 0; key < inTxn; key++) {
                puts[key] = Put.of("/s/" + key, "v");
            }
            client.kv().txn(Txn.when().then(puts));
        }
    }

    private static long revisionOf(String written) {
        return Long.parseLong(written.substring(written.indexOf('@') + 1));
    }
}
