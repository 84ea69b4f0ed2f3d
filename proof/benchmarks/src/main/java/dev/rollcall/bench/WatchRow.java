package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.PutResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Events that reach watchers. First so many puts by some writers: the rate counts from the first request to the last event. Then single puts,
 * each when all have heard of the one before: from the request until the last watcher has heard.
 *
 * @param watchers each with a stream of its own
 * @param writers each sends its next put when the last one is answered
 * @param puts how many in all
 */
record WatchRow(int watchers, int writers, int puts) implements Row {
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);
    private static final int SINGLE_PUTS = 50;
    private static final int BOUND_SECONDS = 60;
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    @Override
    public String name() {
        return "watch-" + watchers;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        Server server = lab.server(subject);
        String prefix = "watched-" + PREFIXES.incrementAndGet();
        try (Connections listening = Connections.open(server.port(), Math.min(watchers, Connections.MANY));
                Connections writing = Connections.open(server.port(), Connections.MANY)) {
            Watchers all = Watchers.open(
                    listening, watchers, ByteString.copyFromUtf8(prefix + "/"), ByteString.copyFromUtf8(prefix + "0"));
            String what = watchers == 1 ? "1 watcher" : "%,d watchers".formatted(watchers);
            Duration cpu = server.cpu();
            double events = (double) watchers * puts;
            sheet.note(subject, "events, " + what, "per s", Bar.AT_LEAST_ETCD, events / many(all, writing, prefix));
            double micros = server.cpu().minus(cpu).toNanos() / 1e3 / events;
            sheet.note(subject, "events, " + what + ": processor time of the server for each", "µs", micros);
            sheet.note(
                    subject,
                    "one put, until the last of " + what + " has heard: half took at most",
                    "ms",
                    single(all, writing, prefix));
        }
    }

    private double many(Watchers all, Connections writing, String prefix) throws InterruptedException {
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch answered = new CountDownLatch(puts);
        all.expect(puts);
        long start = Time.nanos();
        for (int writer = 0; writer < writers; writer++) {
            new Writer(KVGrpc.newStub(writing.of(writer)), prefix, sent, answered).next();
        }
        all.awaitAll();
        double seconds = Time.secondsSince(start);
        if (!answered.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a put was not answered");
        }
        return seconds;
    }

    private static double single(Watchers all, Connections writing, String prefix) throws InterruptedException {
        KVGrpc.KVBlockingStub stub = KVGrpc.newBlockingStub(writing.of(0));
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < SINGLE_PUTS; i++) {
            all.expect(1);
            long start = Time.nanos();
            PutResponse unused =
                    stub.withDeadlineAfter(BOUND_SECONDS, TimeUnit.SECONDS).put(put(prefix, i));
            all.awaitAll();
            millis.add(1e3 * Time.secondsSince(start));
        }
        return millis.stream().sorted().toList().get(SINGLE_PUTS / 2);
    }

    private static PutRequest put(String prefix, int number) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(prefix + "/" + number % 1000))
                .setValue(VALUE)
                .build();
    }

    private final class Writer implements StreamObserver<PutResponse> {
        private final KVGrpc.KVStub stub;
        private final String prefix;
        private final AtomicInteger sent;
        private final CountDownLatch answered;

        Writer(KVGrpc.KVStub stub, String prefix, AtomicInteger sent, CountDownLatch answered) {
            this.stub = stub;
            this.prefix = prefix;
            this.sent = sent;
            this.answered = answered;
        }

        void next() {
            int number = sent.getAndIncrement();
            if (number < puts) {
                stub.put(put(prefix, number), this);
            }
        }

        @Override
        public void onNext(PutResponse response) {
            answered.countDown();
        }

        /** The bound of the wait for all answers tells it. */
        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            next();
        }
    }
}
