package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Watchers of one prefix, each with a stream of its own. Their streams end with the connections. */
final class Watchers {
    private static final int BOUND_SECONDS = 60;

    private final int count;
    private final CountDownLatch created;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile Expected expected = new Expected(0, 0);

    private Watchers(int count) {
        this.count = count;
        this.created = new CountDownLatch(count);
    }

    /** Opens them, and waits until the server has them all. */
    static Watchers open(Connections connections, int count, ByteString prefix, ByteString end)
            throws InterruptedException {
        Watchers watchers = new Watchers(count);
        WatchRequest request = WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(prefix).setRangeEnd(end))
                .build();
        for (int i = 0; i < count; i++) {
            WatchGrpc.newStub(connections.of(i)).watch(watchers.new Watcher()).onNext(request);
        }
        watchers.await(watchers.created);
        return watchers;
    }

    /** From now on each watcher is to be told of so many events. */
    void expect(int events) {
        expected = new Expected(count, events);
    }

    /** Waits until each has been told of as many as were expected. */
    void awaitAll() throws InterruptedException {
        await(expected.complete);
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        boolean done = latch.await(BOUND_SECONDS, TimeUnit.SECONDS);
        if (!done) {
            throw new IllegalStateException("watchers wait for " + latch.getCount() + " answers", failure.get());
        }
    }

    /** How far the watchers are; each begins anew with a new one. */
    private static final class Expected {
        private final int events;
        private final CountDownLatch complete;

        Expected(int watchers, int events) {
            this.events = events;
            this.complete = new CountDownLatch(watchers);
        }
    }

    private final class Watcher implements StreamObserver<WatchResponse> {
        private Expected counted = expected;
        private int events;

        @Override
        public void onNext(WatchResponse response) {
            if (response.getCreated()) {
                created.countDown();
                return;
            }
            Expected now = expected;
            if (counted != now) {
                counted = now;
                events = 0;
            }
            events += response.getEventsCount();
            if (events == now.events) {
                now.complete.countDown();
            }
        }

        @Override
        public void onError(Throwable cause) {
            failure.compareAndSet(null, cause);
        }

        @Override
        public void onCompleted() {}
    }
}
