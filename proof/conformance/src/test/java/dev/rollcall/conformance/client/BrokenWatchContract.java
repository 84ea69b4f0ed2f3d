package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.etcd.WatchRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Watches of a store that restarts, freezes, forgets or is wiped. */
abstract class BrokenWatchContract extends ClientContract {

    private static final KeyRange RANGE = KeyRange.prefix("/w/");
    private static final WatchRequest W = WatchRequest.of(RANGE);

    @Test
    void everyChangeComesOnceAcrossRestarts() {
        long from = revision() + 1;
        WatchNotes fromNow = new WatchNotes();
        WatchNotes fromRevision = new WatchNotes();
        watches().watch(W, fromNow);
        watches().watch(W.from(from), fromRevision);
        fromNow.awaitCreated();
        fromRevision.awaitCreated();
        List<Long> acknowledged = writeWhile(() -> {
            etcd().restart();
            etcd().kill();
            etcd().start();
        });
        long last = put("/w/last", "x");
        // What a watch that never broke would have seen.
        List<WatchEvent> history = history(from, last);
        assertThat(history.stream().map(event -> event.kv().modRevision())).containsAll(acknowledged);
        for (WatchNotes notes : List.of(fromNow, fromRevision)) {
            assertThat(notes.awaitEvents(history.size())).isEqualTo(history);
            notes.assertOrder();
            assertThat(notes.interruptions).isNotEmpty();
            assertThat(notes.created.get(0)).isFalse();
            assertThat(notes.created.subList(1, notes.created.size()))
                    .isNotEmpty()
                    .containsOnly(true);
            assertThat(notes.compactions).isEmpty();
            assertThat(notes.returns).isEmpty();
        }
    }

    /** Puts one key after the other while something happens to the store; tells the revisions of those that were acknowledged. */
    private List<Long> writeWhile(Runnable disturbance) {
        List<Long> acknowledged = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (EtcdClient other = another().connect()) {
                for (int i = 0; !stop.get(); i++) {
                    try {
                        acknowledged.add(other.kv().put("/w/" + i, "x").header().revision());
                    } catch (EtcdException e) {
                        assertThat(e.code().isTransient()).as("%s", e).isTrue();
                    }
                }
            }
        });
        try {
            await().until(() -> acknowledged.size() > 10);
            disturbance.run();
            int before = acknowledged.size();
            await().atMost(Duration.ofSeconds(10)).until(() -> acknowledged.size() > before + 10);
        } finally {
            stop.set(true);
            writer.join();
        }
        return acknowledged;
    }

    private List<WatchEvent> history(long from, long last) {
        WatchNotes replay = new WatchNotes();
        Watch watch = watches().watch(W.from(from), replay);
        await().atMost(Duration.ofSeconds(10)).until(() -> watch.position() > last);
        watch.close();
        return replay.events();
    }

    @Test
    void aFrozenStoreLosesNothing() {
        WatchNotes notes = new WatchNotes();
        watches().watch(W, notes);
        notes.awaitCreated();
        put("/w/1", "a");
        etcd().pause();
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(2)).until(() -> notes.returns.isEmpty());
        etcd().resume();
        put("/w/1", "b");
        notes.awaitEvents(2);
        assertThat(notes.story()).containsExactly("+/w/1=a", "+/w/1=b");
        notes.assertOrder();
    }

    @Test
    void aCompactedStartIsToldAndTheWatchResumesWhereItsOwnerRead() {
        long old = put("/w/1", "a");
        put("/w/1", "b");
        long compacted = etcd().compact();
        WatchNotes notes = new WatchNotes();
        Watch watch = watches().watch(W.from(old), notes);
        await().atMost(Duration.ofSeconds(5)).until(() -> !notes.compactions.isEmpty());
        assertThat(notes.compactions).containsExactly(compacted);
        assertThat(watch.ended().toCompletableFuture()).isNotDone();
        GetResult list = kv().list(RANGE);
        put("/w/1", "c");
        watch.resumeFrom(list.header().revision() + 1);
        notes.awaitEvents(1);
        assertThat(notes.story()).containsExactly("+/w/1=c");
    }

    @Test
    void aWipedStoreIsToldAndTheWatchResumesWhereItsOwnerRead() {
        WatchNotes notes = new WatchNotes();
        Watch watch = watches().watch(W, notes);
        WatchNotes other = new WatchNotes();
        Watch otherWatch = watches().watch(W.from(revision() + 1), other);
        notes.awaitCreated();
        for (int i = 0; i < 20; i++) {
            put("/w/" + i, "old");
        }
        notes.awaitEvents(20);
        other.awaitEvents(20);
        etcd().wipe();
        await().atMost(Duration.ofSeconds(5)).until(() -> !notes.returns.isEmpty() && !other.returns.isEmpty());
        GetResult list = kv().list(RANGE);
        assertThat(list.kvs()).isEmpty();
        assertThat(notes.returns)
                .hasSize(1)
                .allMatch(header -> header.revision() <= list.header().revision());
        watch.resumeFrom(list.header().revision() + 1);
        otherWatch.resumeFrom(list.header().revision() + 1);
        put("/w/1", "new");
        assertThat(notes.awaitEvents(21)).hasSize(21);
        assertThat(other.awaitEvents(21)).hasSize(21);
        assertThat(notes.story().get(20)).isEqualTo("+/w/1=new");
        assertThat(notes.compactions).isEmpty();
    }

    @Test
    void aWatchMadeWhileTheStoreIsAwayBeginsWhenItComes() {
        etcd().stop();
        WatchNotes notes = new WatchNotes();
        watches().watch(W, notes);
        etcd().start();
        notes.awaitCreated();
        put("/w/1", "a");
        notes.awaitEvents(1);
        assertThat(notes.story()).containsExactly("+/w/1=a");
    }

    @Test
    void aClosedClientEndsItsWatches() {
        EtcdClient second = another().connect();
        WatchNotes notes = new WatchNotes();
        Watch watch = second.watches().watch(W, notes);
        notes.awaitCreated();
        second.close();
        assertThat(watch.ended().toCompletableFuture().handle((end, failure) -> true))
                .succeedsWithin(Duration.ofSeconds(2));
        put("/w/1", "a");
        assertThat(kv().get("/w/1")).isPresent();
        assertThat(notes.events()).isEmpty();
    }
}
