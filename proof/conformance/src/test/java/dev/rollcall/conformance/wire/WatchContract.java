package dev.rollcall.conformance.wire;

import static dev.rollcall.conformance.wire.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchCancelRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest.FilterType;
import dev.rollcall.etcd.proto.WatchProgressRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Watches. */
abstract class WatchContract extends Contract {

    private StreamProbe<WatchRequest, WatchResponse> stream() {
        StreamProbe<WatchRequest, WatchResponse> stream = new StreamProbe<>();
        wire().watchStreams().watch(stream);
        return stream;
    }

    private static WatchCreateRequest.Builder prefix(String prefix) {
        return WatchCreateRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(Wire.prefixEnd(prefix));
    }

    private static WatchRequest create(WatchCreateRequest.Builder create) {
        return WatchRequest.newBuilder().setCreateRequest(create).build();
    }

    private static WatchRequest cancel(long id) {
        return WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build();
    }

    /** Reads until so many events have come. */
    private static List<Event> events(StreamProbe<WatchRequest, WatchResponse> stream, int count) {
        List<Event> events = new ArrayList<>();
        while (events.size() < count) {
            events.addAll(stream.next().getEventsList());
        }
        return events;
    }

    @Test
    void createdComesFirstAndThenEveryChangeAfterIt() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setPrevKv(true)));
            WatchResponse created = stream.next();
            assertThat(created.getCreated()).isTrue();
            assertThat(created.getEventsCount()).isZero();
            assertThat(created.getHeader().getRevision()).isEqualTo(wire().revision());
            long put = wire().put("/w/1", "a").getHeader().getRevision();
            wire().put("/w/1", "b");
            wire().delete("/w/1");
            List<Event> events = events(stream, 3);
            assertThat(events.get(0).getKv().getCreateRevision()).isEqualTo(put);
            assertThat(events.get(0).hasPrevKv()).isFalse();
            assertThat(events.get(1).getPrevKv().getValue().toStringUtf8()).isEqualTo("a");
            Event deletion = events.get(2);
            assertThat(deletion.getType()).isEqualTo(Event.EventType.DELETE);
            assertThat(deletion.getKv().getModRevision()).isEqualTo(put + 2);
            assertThat(deletion.getKv().getValue().isEmpty()).isTrue();
            assertThat(deletion.getKv().getCreateRevision()).isZero();
            assertThat(deletion.getPrevKv().getValue().toStringUtf8()).isEqualTo("b");
        }
    }

    @Test
    void historyIsReplayedFromAStartRevision() {
        long first = wire().put("/w/1", "a").getHeader().getRevision();
        wire().put("/elsewhere", "x");
        wire().put("/w/2", "b");
        wire().delete("/w/1");
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setStartRevision(first)));
            assertThat(stream.next().getCreated()).isTrue();
            assertThat(events(stream, 3))
                    .extracting(event -> event.getKv().getModRevision())
                    .containsExactly(first, first + 2, first + 3);
        }
    }

    @Test
    void aRevisionIsNeverSplitOverTwoAnswers() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/")));
            stream.next();
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int i = 0; i < 100; i++) {
                txn.addSuccess(Wire.putOp("/w/" + i, ""));
            }
            wire().kv().txn(txn.build());
            assertThat(stream.next().getEventsCount()).isEqualTo(100);
        }
    }

    @Test
    void theClientMayChooseTheIdOfAWatch() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setWatchId(1_795_331_351_641_650_934L)));
            assertThat(stream.next().getWatchId()).isEqualTo(1_795_331_351_641_650_934L);
            stream.send(create(prefix("/v/").setWatchId(1_795_331_351_641_650_934L)));
            WatchResponse refused = stream.next();
            assertThat(refused.getCreated() && refused.getCanceled()).isTrue();
            assertThat(refused.getWatchId()).isEqualTo(-1);
            assertThat(refused.getCancelReason()).isEqualTo("mvcc: duplicate watch ID provided on the WatchStream");
            assertThat(stream.isOpen()).isTrue();
        }
    }

    @Test
    void idsAreCountedFromZeroAndNotUsedAgain() {
        try (var stream = stream()) {
            stream.send(create(prefix("/a/")));
            assertThat(stream.next().getWatchId()).isZero();
            stream.send(cancel(0));
            WatchResponse canceled = stream.next();
            assertThat(canceled.getCanceled()).isTrue();
            assertThat(canceled.getCancelReason()).isEmpty();
            stream.send(create(prefix("/b/")));
            assertThat(stream.next().getWatchId()).isEqualTo(1);
            stream.send(cancel(4711));
            stream.send(create(prefix("/c/")));
            assertThat(stream.next().getWatchId())
                    .as("no answer to the cancel of an unknown watch")
                    .isEqualTo(2);
        }
    }

    @Test
    void anEmptyRangeIsRefusedAndTheStreamGoesOn() {
        try (var stream = stream()) {
            stream.send(
                    create(WatchCreateRequest.newBuilder().setKey(bytes("b")).setRangeEnd(bytes("a"))));
            WatchResponse refused = stream.next();
            assertThat(refused.getCreated() && refused.getCanceled()).isTrue();
            assertThat(refused.getWatchId()).isEqualTo(-1);
            stream.send(create(prefix("/w/")));
            assertThat(stream.next().getCanceled()).isFalse();
        }
    }

    @Test
    void filtersLeaveOutWhatIsNotWanted() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").addFilters(FilterType.NOPUT)));
            stream.send(create(prefix("/w/").addFilters(FilterType.NODELETE)));
            stream.next();
            stream.next();
            wire().put("/w/1", "a");
            wire().delete("/w/1");
            WatchResponse one = stream.next();
            WatchResponse two = stream.next();
            assertThat(one.getWatchId()).isNotEqualTo(two.getWatchId());
            for (WatchResponse response : List.of(one, two)) {
                assertThat(response.getEventsCount()).isEqualTo(1);
                assertThat(response.getEvents(0).getType())
                        .isEqualTo(response.getWatchId() == 0 ? Event.EventType.DELETE : Event.EventType.PUT);
            }
        }
    }

    @Test
    void aCompactedStartIsCreatedFirstAndThenCancelled() {
        long first = wire().put("/w/1", "a").getHeader().getRevision();
        long last = wire().put("/w/1", "b").getHeader().getRevision();
        wire().kv().compact(CompactionRequest.newBuilder().setRevision(last).build());
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setStartRevision(first)));
            WatchResponse created = stream.next();
            assertThat(created.getCreated()).isTrue();
            assertThat(created.getCanceled()).isFalse();
            WatchResponse canceled = stream.next();
            assertThat(canceled.getCanceled()).isTrue();
            assertThat(canceled.getCreated()).isFalse();
            assertThat(canceled.getCompactRevision()).isEqualTo(last);
            assertThat(canceled.getCancelReason()).isEmpty();
            assertThat(canceled.getHeader().getRevision()).isZero();
        }
    }

    @Test
    void theEndOfALeaseComesAsDeletesOfOneRevisionInKeyOrder() {
        long lease = wire().grant(60);
        wire().put("/w/b", "2", lease);
        wire().put("/w/a", "1", lease);
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setPrevKv(true)));
            stream.next();
            wire().lease()
                    .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
            WatchResponse ended = stream.next();
            assertThat(ended.getEventsList())
                    .extracting(event -> event.getKv().getKey().toStringUtf8())
                    .containsExactly("/w/a", "/w/b");
            assertThat(ended.getEvents(0).getPrevKv().getLease()).isEqualTo(lease);
        }
    }

    @Test
    void largeAnswersComeInFragmentsWhenAskedFor() {
        String value = "x".repeat(1_000_000);
        long first = wire().put("/w/0", value).getHeader().getRevision();
        for (int i = 1; i < 5; i++) {
            wire().put("/w/" + i, value);
        }
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setStartRevision(first).setFragment(true)));
            stream.next();
            int events = 0;
            boolean fragments = false;
            while (events < 5) {
                WatchResponse response = stream.next();
                events += response.getEventsCount();
                fragments |= response.getFragment();
                assertThat(response.getSerializedSize()).isLessThan(2_200_000);
            }
            assertThat(fragments).isTrue();
        }
    }

    @Test
    void progressIsToldOnRequestWhenAllIsDelivered() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/")));
            stream.next();
            long last = wire().put("/elsewhere", "x").getHeader().getRevision();
            stream.send(WatchRequest.newBuilder()
                    .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                    .build());
            WatchResponse progress = stream.next();
            assertThat(progress.getWatchId()).isEqualTo(-1);
            assertThat(progress.getEventsCount()).isZero();
            assertThat(progress.getHeader().getRevision()).isGreaterThanOrEqualTo(last);
        }
    }

    @Test
    void catchingUpTakesAtMostAThousandRevisionsAtATime() {
        long first = wire().put("/w/0", "").getHeader().getRevision();
        for (int i = 1; i < 1500; i++) {
            wire().put("/w/" + i, "");
        }
        try (var stream = stream()) {
            stream.send(create(prefix("/w/").setStartRevision(first)));
            stream.next();
            WatchResponse batch = stream.next();
            assertThat(batch.getEventsCount()).isLessThanOrEqualTo(1000);
            List<Event> all = new ArrayList<>(batch.getEventsList());
            all.addAll(events(stream, 1500 - all.size()));
            for (int i = 0; i < 1500; i++) {
                assertThat(all.get(i).getKv().getModRevision()).isEqualTo(first + i);
            }
        }
    }

    @Test
    void aHalfClosedStreamGoesOn() {
        try (var stream = stream()) {
            stream.send(create(prefix("/w/")));
            stream.next();
            stream.halfClose();
            wire().put("/w/1", "a");
            assertThat(stream.next().getEventsCount()).isEqualTo(1);
            assertThat(stream.isOpen()).isTrue();
        }
    }
}
