package dev.rollcall.conformance.durable;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one watcher of all writers was told, which goes on after every crash from the revision it had come to. */
final class Story {
    private final Map<String, Writer.Acknowledged> keys = new HashMap<>();
    private long seen = 1;
    private long events;
    private @Nullable String wrong;
    private @Nullable ManagedChannel channel;

    /** Watches on, at this port, from the revision behind the last one seen. */
    synchronized void watch(int port) {
        ManagedChannel opened = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        channel = opened;
        StreamObserver<WatchRequest> requests = WatchGrpc.newStub(opened).watch(new StreamObserver<>() {
            @Override
            public void onNext(WatchResponse response) {
                take(opened, response);
            }

            @Override
            public void onError(Throwable cause) {
                // The server was killed, or the story is told.
            }

            @Override
            public void onCompleted() {
                // As above.
            }
        });
        requests.onNext(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("writer-"))
                        .setRangeEnd(ByteString.copyFromUtf8("writer."))
                        .setStartRevision(seen + 1))
                .build());
    }

    synchronized void stop() {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    /** The last revision that was seen. */
    synchronized long seen() {
        return seen;
    }

    synchronized long events() {
        return events;
    }

    /** Waits for a revision, and says what is wrong with what was told of a writer's keys, or null. */
    synchronized @Nullable String judge(Writer writer, long newest) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (wrong == null && seen < newest && System.nanoTime() < end) {
            try {
                TimeUnit.MILLISECONDS.timedWait(this, 100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (wrong != null || seen < newest) {
            return wrong != null ? wrong : "the watch came to revision " + seen + " only, of " + newest;
        }
        for (Map.Entry<String, Writer.Acknowledged> key : writer.keys().entrySet()) {
            Writer.Acknowledged told = keys.getOrDefault(key.getKey(), new Writer.Acknowledged(null, 0));
            if (!Objects.equals(told.value(), key.getValue().value())) {
                return "the watch tells " + told + " of " + key;
            }
        }
        return null;
    }

    private synchronized void take(ManagedChannel from, WatchResponse response) {
        if (from != channel) {
            return;
        }
        if (response.getCanceled()) {
            wrong = "the watch was cancelled: " + response;
        }
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            if (revision <= seen) {
                wrong = "the watch told revision " + revision + " after " + seen;
            }
            String value = event.getType() == Event.EventType.DELETE
                    ? null
                    : event.getKv().getValue().toStringUtf8();
            keys.put(event.getKv().getKey().toStringUtf8(), new Writer.Acknowledged(value, revision));
            events++;
            seen = revision;
        }
        notifyAll();
    }
}
