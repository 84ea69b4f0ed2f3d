package dev.rollcall.nemesis;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.nemesis.history.Monotonic;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Watches the whole store on every member, past the proxies and with plain stubs, and reads its revision a few times a second. */
final class Recorder implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration JOIN = Duration.ofSeconds(3);
    private static final Pattern TOKEN = Pattern.compile("\"op\":\"([^\"]*)\"");
    private static final Keyspace KEYSPACE = Keyspace.standard();

    private final Store store;
    private final StoreLog log;
    private final Journal journal;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;
    private volatile long answeredAt;

    Recorder(Store store, StoreLog log, Journal journal) {
        this.store = store;
        this.log = log;
        this.journal = journal;
        for (int i = 0; i < store.endpoints().size(); i++) {
            String endpoint = store.endpoints().get(i);
            threads.add(new Thread(() -> watchOn(endpoint), "nemesis-recorder-" + i));
        }
        threads.add(new Thread(this::sampleHead, "nemesis-head"));
    }

    void start() {
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** When a linearizable read was last answered. */
    long answeredAt() {
        return answeredAt;
    }

    /**
     * Begins an epoch of the store that has just come up.
     *
     * @param inherits whether it holds a part of the history before
     */
    void beginEpoch(boolean inherits) {
        long compacted = compacted();
        if (compacted == 0) {
            log.begin(1, List.of(), false);
            return;
        }
        try (Wire wire = wire(store.endpoints().get(0))) {
            RangeResponse base = wire.kv()
                    .range(RangeRequest.newBuilder()
                            .setKey(Wire.EVERYTHING)
                            .setRangeEnd(Wire.EVERYTHING)
                            .setRevision(compacted)
                            .build());
            List<StoreLog.Event> entries =
                    base.getKvsList().stream().map(kv -> event(true, kv)).toList();
            log.begin(compacted, entries, inherits);
        }
    }

    /** The revision below which the store has forgotten, or 0. */
    private long compacted() {
        AtomicLong revision = new AtomicLong();
        CountDownLatch known = new CountDownLatch(1);
        try (Wire wire = wire(store.endpoints().get(0))) {
            StreamObserver<WatchRequest> requests = wire.watches().watch(new Answers(known::countDown) {
                @Override
                public void onNext(WatchResponse response) {
                    revision.set(response.getCompactRevision());
                    if (response.getCanceled()
                            || response.getEventsCount() > 0
                            || response.getHeader().getRevision() == 1) {
                        known.countDown();
                    }
                }
            });
            requests.onNext(watchFrom(1));
            if (!known.await(DEADLINE.toMillis() * 3, TimeUnit.MILLISECONDS)) {
                return 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return revision.get();
    }

    private Wire wire(String endpoint) {
        return new Wire(endpoint, store.password(), DEADLINE);
    }

    private void watchOn(String endpoint) {
        while (!ended) {
            int epoch = log.epoch();
            if (log.isOpen()) {
                watchOnce(endpoint, epoch);
            }
            Monotonic.sleep(AGAIN);
        }
    }

    private void watchOnce(String endpoint, int epoch) {
        CountDownLatch over = new CountDownLatch(1);
        try (Wire wire = wire(endpoint)) {
            StreamObserver<WatchRequest> requests = wire.watches().watch(new Answers(over::countDown) {
                @Override
                public void onNext(WatchResponse response) {
                    if (response.getCanceled()) {
                        over.countDown();
                    }
                    byRevision(response).forEach((revision, events) -> log.accept(epoch, revision, events));
                }
            });
            requests.onNext(watchFrom(log.seen() + 1));
            boolean broken = false;
            while (!broken && !ended && log.isOpen() && log.epoch() == epoch) {
                broken = over.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
            Wire.logInAnew(endpoint);
        } catch (StatusRuntimeException e) {
            // The member is away; it is asked again.
            Wire.logInAnew(endpoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static WatchRequest watchFrom(long revision) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(Wire.EVERYTHING)
                        .setRangeEnd(Wire.EVERYTHING)
                        .setStartRevision(revision))
                .build();
    }

    private static Map<Long, List<StoreLog.Event>> byRevision(WatchResponse response) {
        Map<Long, List<StoreLog.Event>> found = new LinkedHashMap<>();
        for (Event event : response.getEventsList()) {
            KeyValue kv = event.getKv();
            found.computeIfAbsent(kv.getModRevision(), revision -> new ArrayList<>())
                    .add(event(event.getType() == Event.EventType.PUT, kv));
        }
        return found;
    }

    static StoreLog.Event event(boolean put, KeyValue kv) {
        String value = kv.getValue().toStringUtf8();
        Matcher token = TOKEN.matcher(value);
        return new StoreLog.Event(
                kv.getKey().toStringUtf8(),
                kv.getModRevision(),
                put,
                kv.getCreateRevision(),
                kv.getLease(),
                token.find() ? token.group(1) : "",
                value.contains("\"status\":\"leaving\""),
                put && readable(kv.getKey(), kv.getValue()));
    }

    private static boolean readable(ByteString key, ByteString value) {
        return KEYSPACE.decode(
                        dev.rollcall.etcd.Bytes.of(key.toByteArray()), dev.rollcall.etcd.Bytes.of(value.toByteArray()))
                instanceof Decoded.Readable;
    }

    /** So that the checker knows which revision had been reached when, and when the store was slow without a fault of ours. */
    private void sampleHead() {
        int turn = 0;
        while (!ended) {
            String endpoint = store.endpoints().get(turn++ % store.endpoints().size());
            int epoch = log.epoch();
            long begun = Monotonic.nanos();
            try (Wire wire = wire(endpoint)) {
                long revision = wire.head();
                if (log.isOpen() && epoch == log.epoch()) {
                    answeredAt = Monotonic.nanos();
                    journal.note("head", "epoch", epoch, "rev", revision, "begun", begun);
                }
            } catch (StatusRuntimeException e) {
                Wire.logInAnew(endpoint);
                journal.note("silent", "begun", begun, "error", e.getStatus().getCode());
            }
            Monotonic.sleep(AGAIN);
        }
    }

    @Override
    public void close() {
        ended = true;
        threads.forEach(thread -> {
            thread.interrupt();
            try {
                thread.join(JOIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private abstract static class Answers implements StreamObserver<WatchResponse> {

        private final Runnable end;

        Answers(Runnable end) {
            this.end = end;
        }

        @Override
        public void onError(Throwable error) {
            end.run();
        }

        @Override
        public void onCompleted() {
            end.run();
        }
    }
}
