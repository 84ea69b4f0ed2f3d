package dev.rollcall.conformance.wire;

import static dev.rollcall.conformance.wire.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import org.junit.jupiter.api.Test;

/** The traffic of the C++ programs we replace, message by message: five calls, and no other. */
abstract class CppNeighbourContract extends Contract {

    /** What the C++ client chooses as the id of a watch: nanoseconds since 1970. */
    private static final long WATCH_ID = 1_795_331_351_641_650_934L;

    private StreamProbe<WatchRequest, WatchResponse> discoverer() {
        RangeResponse existing = wire().kv()
                .range(RangeRequest.newBuilder()
                        .setKey(bytes("/svc"))
                        .setRangeEnd(bytes("/svd"))
                        .build());
        assertThat(existing.getHeader().getRevision()).isPositive();
        StreamProbe<WatchRequest, WatchResponse> stream = new StreamProbe<>();
        wire().watchStreams().watch(stream);
        stream.send(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(bytes("/svc"))
                        .setRangeEnd(bytes("/svd"))
                        .setPrevKv(true)
                        .setWatchId(WATCH_ID))
                .build());
        WatchResponse created = stream.next();
        assertThat(created.getCreated()).isTrue();
        assertThat(created.getWatchId()).isEqualTo(WATCH_ID);
        return stream;
    }

    @Test
    void aRegistrarIsSeenAndGoneWhenItsRenewalsEnd() {
        try (var discoverer = discoverer()) {
            LeaseGrantResponse lease = wire().lease()
                    .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(3).build());
            try (StreamProbe<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = new StreamProbe<>()) {
                wire().leaseStreams().leaseKeepAlive(renewals);
                PutResponse put = wire().kv()
                        .put(Wire.putRequest("/svc/a0", "10.0.0.0:80")
                                .setLease(lease.getID())
                                .setPrevKv(true)
                                .build());
                assertThat(put.hasPrevKv()).isFalse();
                Event up = discoverer.next().getEvents(0);
                assertThat(up.getKv().getValue().toStringUtf8()).isEqualTo("10.0.0.0:80");
                renewals.send(
                        LeaseKeepAliveRequest.newBuilder().setID(lease.getID()).build());
                assertThat(renewals.next().getTTL()).isEqualTo(3);
            }

            Event down = discoverer.next().getEvents(0);
            assertThat(down.getType()).isEqualTo(Event.EventType.DELETE);
            assertThat(down.getKv().getKey().toStringUtf8()).isEqualTo("/svc/a0");
            assertThat(down.getPrevKv().getValue().toStringUtf8()).isEqualTo("10.0.0.0:80");
        }
    }

    @Test
    void aSecondPutOfTheSameKeyIsAnotherEvent() {
        try (var discoverer = discoverer()) {
            wire().kv().put(Wire.putRequest("/svc/a0", "1").setPrevKv(true).build());
            wire().kv().put(Wire.putRequest("/svc/a0", "1").setPrevKv(true).build());
            assertThat(discoverer.next().getEventsCount()).isEqualTo(1);
            Event again = discoverer.next().getEvents(0);
            assertThat(again.getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
        }
    }
}
