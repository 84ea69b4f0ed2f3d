package dev.rollcall.etcd.server.transport;

import static dev.rollcall.etcd.server.RawClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchCancelRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchProgressRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.server.EmbeddedEtcd;
import dev.rollcall.etcd.server.RawClient;
import dev.rollcall.etcd.server.Recorded;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchWireTest {
    private EmbeddedEtcd etcd;
    private RawClient client;

    @BeforeEach
    void start() {
        etcd = EmbeddedEtcd.start();
        client = new RawClient(etcd);
    }

    @AfterEach
    void stop() {
        client.close();
        etcd.close();
    }

    @Test
    void eventsArriveOneRevisionAtATimeWithThatRevisionInTheHeader() {
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        WatchResponse created = watch.next();
        assertThat(created.getCreated()).isTrue();
        assertThat(created.getEventsList()).isEmpty();
        assertThat(created.getHeader().getRevision()).isEqualTo(1);
        assertThat(created.getHeader().getClusterId()).isEqualTo(etcd.clusterId());
        client.put("a1", "x");
        client.put("a2", "y");
        WatchResponse first = watch.next();
        assertThat(first.getHeader().getRevision()).isEqualTo(2);
        assertThat(first.getEvents(0).getKv().getValue()).isEqualTo(bytes("x"));
        assertThat(first.getEvents(0).getType()).isEqualTo(Event.EventType.PUT);
        assertThat(watch.next().getHeader().getRevision()).isEqualTo(3);
        watch.cancel();
    }

    /** The way of the C++ programs: an id of their own, no start revision, the previous value. */
    @Test
    void aDeletionHasKeyAndRevisionOnlyAndThePreviousValueWhenAsked() {
        Recorded<WatchRequest, WatchResponse> watch = client.watch();
        watch.send(create(RawClient.prefixWatch("a").setWatchId(4711).setPrevKv(true)));
        assertThat(watch.next().getWatchId()).isEqualTo(4711);
        client.put("a", "x");
        client.kv()
                .deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes("a")).build());
        assertThat(watch.next().getEvents(0).hasPrevKv()).isFalse();
        Event deletion = watch.next().getEvents(0);
        assertThat(deletion.getType()).isEqualTo(Event.EventType.DELETE);
        assertThat(deletion.getKv())
                .isEqualTo(KeyValue.newBuilder()
                        .setKey(bytes("a"))
                        .setModRevision(3)
                        .build());
        assertThat(deletion.getPrevKv().getValue()).isEqualTo(bytes("x"));
        watch.cancel();
    }

    @Test
    void anEmptyKeyWatchesEverythingWithAnOpenEnd() {
        Recorded<WatchRequest, WatchResponse> watch = client.watch();
        watch.send(create(WatchCreateRequest.newBuilder().setRangeEnd(bytes("\0"))));
        watch.next();
        client.put("anything", "x");
        assertThat(watch.next().getEvents(0).getKv().getKey()).isEqualTo(bytes("anything"));
        watch.cancel();
    }

    @Test
    void aRefusedWatcherLeavesTheStreamUsable() {
        Recorded<WatchRequest, WatchResponse> watch = client.watch();
        watch.send(WatchRequest.getDefaultInstance());
        watch.send(create(WatchCreateRequest.newBuilder().setKey(bytes("b")).setRangeEnd(bytes("a"))));
        WatchResponse refused = watch.next();
        assertThat(refused.getCreated()).isTrue();
        assertThat(refused.getCanceled()).isTrue();
        assertThat(refused.getWatchId()).isEqualTo(-1);
        assertThat(refused.getCancelReason()).isEqualTo("mvcc: watcher range is empty");
        watch.send(create(RawClient.prefixWatch("a")));
        assertThat(watch.next().getWatchId()).isZero();
        watch.cancel();
    }

    @Test
    void aCompactedStartIsCreatedThenCanceledWithoutReasonOrRevision() {
        client.put("a", "1");
        client.put("a", "2");
        client.kv().compact(CompactionRequest.newBuilder().setRevision(3).build());
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 2);
        assertThat(watch.next().getCreated()).isTrue();
        WatchResponse canceled = watch.next();
        assertThat(canceled.getCreated()).isFalse();
        assertThat(canceled.getCanceled()).isTrue();
        assertThat(canceled.getCompactRevision()).isEqualTo(3);
        assertThat(canceled.getCancelReason()).isEmpty();
        assertThat(canceled.getHeader().getRevision()).isZero();
        assertThat(canceled.getHeader().getMemberId()).isEqualTo(etcd.memberId());
        watch.cancel();
    }

    @Test
    void cancelIsAnsweredOnceAndProgressWithTheWholeStream() {
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        watch.next();
        client.put("b", "1");
        watch.send(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
        WatchResponse progress = watch.next();
        assertThat(progress.getWatchId()).isEqualTo(-1);
        assertThat(progress.getHeader().getRevision()).isEqualTo(2);
        watch.send(cancel(99));
        watch.send(cancel(0));
        WatchResponse canceled = watch.next();
        assertThat(canceled.getCanceled()).isTrue();
        assertThat(canceled.getHeader().getRevision()).isEqualTo(2);
        assertThat(canceled.getCancelReason()).isEmpty();
        watch.cancel();
    }

    @Test
    void aHalfClosedStreamGoesOnUntilTheClientCancels() {
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        watch.next();
        watch.halfClose();
        client.put("a", "1");
        assertThat(watch.next().getEventsCount()).isEqualTo(1);
        assertThat(watch.isOpen()).isTrue();
        watch.cancel();
        assertThat(watch.status().getCode()).isEqualTo(Status.Code.CANCELLED);
        await().atMost(Duration.ofSeconds(5)).until(() -> etcd.openWatches() == 0);
    }

    @Test
    void watchersOfALostConnectionAreForgotten() {
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        watch.next();
        await().atMost(Duration.ofSeconds(5)).until(() -> etcd.openWatches() == 1);
        client.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> etcd.openWatches() == 0 && etcd.connections() == 0);
    }

    @Test
    void aLargeBatchComesInFragmentsWhenAskedAndWholeOtherwise() {
        client.put("first", "");
        for (int i = 0; i < 6; i++) {
            client.put("a" + i, "x".repeat(1_000_000));
        }
        Recorded<WatchRequest, WatchResponse> parts = client.watch();
        parts.send(create(RawClient.prefixWatch("a").setStartRevision(2).setFragment(true)));
        assertThat(parts.next().getCreated()).isTrue();
        List<WatchResponse> fragments = List.of(parts.next(), parts.next(), parts.next());
        assertThat(fragments).extracting(WatchResponse::getEventsCount).containsExactly(2, 2, 2);
        assertThat(fragments).extracting(WatchResponse::getFragment).containsExactly(true, true, false);
        assertThat(fragments).extracting(part -> part.getHeader().getRevision()).containsOnly(8L);
        parts.cancel();

        Recorded<WatchRequest, WatchResponse> whole = client.watchPrefix("a", 2);
        assertThat(whole.next().getCreated()).isTrue();
        assertThat(whole.next().getEventsCount()).isEqualTo(6);
        whole.cancel();
    }

    @Test
    void aTransactionIsOneMessageInItsOrder() {
        Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
        watch.next();
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (String key : List.of("a3", "a1", "a2")) {
            txn.addSuccess(
                    RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(bytes(key))));
        }
        assertThat(client.kv().txn(txn.build()).getSucceeded()).isTrue();
        assertThat(watch.next().getEventsList())
                .extracting(event -> event.getKv().getKey().toStringUtf8())
                .containsExactly("a3", "a1", "a2");
        watch.cancel();
    }

    /** The client takes no message for a while; the server holds few for it, and nothing is lost, doubled or disordered. */
    @Test
    void aClientThatDoesNotReadMissesNothing() throws InterruptedException {
        LinkedBlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
        ClientCall<WatchRequest, WatchResponse> call =
                client.channel.newCall(dev.rollcall.etcd.proto.WatchGrpc.getWatchMethod(), io.grpc.CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<WatchResponse>() {
                    @Override
                    public void onMessage(WatchResponse message) {
                        received.add(message);
                    }
                },
                new Metadata());
        call.sendMessage(create(RawClient.prefixWatch("a")));
        call.request(1);
        assertThat(received.poll(5, TimeUnit.SECONDS)).isNotNull();
        String value = "x".repeat(10_000);
        for (int i = 0; i < 1000; i++) {
            client.put("a", value);
        }
        call.request(10_000);
        List<Long> revisions = new ArrayList<>();
        while (revisions.size() < 1000) {
            WatchResponse message = received.poll(5, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            message.getEventsList().forEach(event -> revisions.add(event.getKv().getModRevision()));
        }
        assertThat(revisions).isEqualTo(LongStream.rangeClosed(2, 1001).boxed().toList());
        call.cancel("test is over", null);
    }

    @Test
    void quietWatchersAreToldOfProgressWhenTheyWantIt() {
        try (EmbeddedEtcd quick = EmbeddedEtcd.builder()
                        .progressInterval(Duration.ofMillis(200))
                        .start();
                RawClient other = new RawClient(quick)) {
            Recorded<WatchRequest, WatchResponse> watch = other.watch();
            watch.send(create(RawClient.prefixWatch("a").setProgressNotify(true)));
            assertThat(watch.next().getCreated()).isTrue();
            WatchResponse progress = watch.next();
            assertThat(progress.getWatchId()).isZero();
            assertThat(progress.getEventsCount()).isZero();
            assertThat(progress.getHeader().getRevision()).isEqualTo(1);
            watch.cancel();
        }
    }

    private static WatchRequest create(WatchCreateRequest.Builder create) {
        return WatchRequest.newBuilder().setCreateRequest(create).build();
    }

    private static WatchRequest cancel(long id) {
        return WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build();
    }
}
