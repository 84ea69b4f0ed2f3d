package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.etcd.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;

/** Writes down what a watch is told. */
class WatchNotes implements WatchListener {

    private static final ConditionFactory SOON =
            await().atMost(Duration.ofSeconds(15)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));

    final List<WatchBatch> batches = new CopyOnWriteArrayList<>();
    final List<Boolean> created = new CopyOnWriteArrayList<>();
    final List<Header> progress = new CopyOnWriteArrayList<>();
    final List<EtcdException> interruptions = new CopyOnWriteArrayList<>();
    final List<Long> compactions = new CopyOnWriteArrayList<>();
    final List<Header> returns = new CopyOnWriteArrayList<>();

    @Override
    public void batch(WatchBatch batch) {
        batches.add(batch);
    }

    @Override
    public void created(Header header, boolean resumed) {
        created.add(resumed);
    }

    @Override
    public void progress(Header header) {
        progress.add(header);
    }

    @Override
    public void interrupted(EtcdException cause) {
        interruptions.add(cause);
    }

    @Override
    public void compacted(long compactRevision) {
        compactions.add(compactRevision);
    }

    @Override
    public void wentBack(Header header) {
        returns.add(header);
    }

    List<WatchEvent> events() {
        return batches.stream().flatMap(batch -> batch.events().stream()).toList();
    }

    /** What happened, in short: {@code +key=value} or {@code -key}. */
    List<String> story() {
        return events().stream()
                .map(event -> event.type() == WatchEvent.Type.PUT
                        ? "+" + event.kv().key().utf8() + "="
                                + event.kv().value().utf8()
                        : "-" + event.kv().key().utf8())
                .toList();
    }

    void awaitCreated() {
        SOON.until(() -> !created.isEmpty());
    }

    List<WatchEvent> awaitEvents(int count) {
        SOON.until(() -> events().size() >= count);
        return events();
    }

    /** Checks what holds for every watch: revisions rise from batch to batch, and no change comes twice. */
    void assertOrder() {
        long last = 0;
        for (WatchBatch batch : batches) {
            assertThat(batch.events()).isNotEmpty();
            assertThat(batch.events().get(0).kv().modRevision()).isGreaterThan(last);
            assertThat(batch.events().stream().map(event -> event.kv().modRevision()))
                    .isSorted();
            assertThat(batch.header().revision()).isGreaterThanOrEqualTo(batch.revision());
            last = batch.revision();
        }
        assertThat(events().stream()
                        .map(event ->
                                event.kv().modRevision() + " " + event.kv().key()))
                .doesNotHaveDuplicates();
    }
}
