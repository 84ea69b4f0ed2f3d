package dev.rollcall.bench;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Workers that each send their next request when the last one is answered. */
final class ClosedLoop<T> {
    private static final int END_SECONDS = 60;

    private final Request<T> request;
    private final LongAdder answered = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch atRest;
    private final List<Worker> workers;
    private volatile boolean measuring;
    private volatile boolean stopped;

    private ClosedLoop(int workers, Request<T> request) {
        this.request = request;
        this.atRest = new CountDownLatch(workers);
        this.workers = IntStream.range(0, workers).mapToObj(Worker::new).toList();
    }

    /** Sends one request. */
    interface Request<T> {
        void send(int worker, long count, StreamObserver<T> answer);
    }

    /**
     * How it went.
     *
     * @param perSecond answers
     * @param middleMillis the time that half of the answers took at most
     * @param tailMillis the time that 99 in 100 took at most
     * @param cpuMicros processor time of the server for one answer
     */
    record Pace(double perSecond, double middleMillis, double tailMillis, double cpuMicros) {
        /** Notes how long requests took, beside how many there were. */
        void explain(Sheet sheet, Subject subject, String what) {
            sheet.note(subject, what + ": half took at most", "ms", middleMillis);
            sheet.note(subject, what + ": 99 in 100 took at most", "ms", tailMillis);
            sheet.note(subject, what + ": processor time of the server for each", "µs", cpuMicros);
        }
    }

    /** Lets workers run for a while that does not count, and then for one that does. */
    static <T> Pace run(Server server, int workers, Duration settling, Duration counting, Request<T> request)
            throws InterruptedException {
        return new ClosedLoop<>(workers, request).run(server, settling, counting);
    }

    private Pace run(Server server, Duration settling, Duration counting) throws InterruptedException {
        workers.forEach(Worker::next);
        Time.pass(settling);
        Duration cpuBefore = server.cpu();
        long before = answered.sum();
        long start = Time.nanos();
        measuring = true;
        Time.pass(counting);
        measuring = false;
        long count = answered.sum() - before;
        double seconds = Time.secondsSince(start);
        Duration cpu = server.cpu().minus(cpuBefore);
        stopped = true;
        boolean ended = atRest.await(END_SECONDS, TimeUnit.SECONDS);
        Throwable cause = failure.get();
        if (cause != null || !ended || count == 0) {
            server.requireAlive();
            throw new IllegalStateException("a request failed or was not answered", cause);
        }
        long[] times = workers.stream().flatMapToLong(Worker::times).sorted().toArray();
        return new Pace(
                count / seconds,
                times[times.length / 2] / 1e6,
                times[times.length * 99 / 100] / 1e6,
                cpu.toNanos() / 1e3 / count);
    }

    /** One request at a time, so its fields are touched by one thread after the other. */
    private final class Worker implements StreamObserver<T> {
        private final int number;
        private long sent;
        private long start;
        private long[] times = new long[1024];
        private int taken;

        Worker(int number) {
            this.number = number;
        }

        void next() {
            start = Time.nanos();
            request.send(number, sent++, this);
        }

        LongStream times() {
            return Arrays.stream(times, 0, taken);
        }

        @Override
        public void onNext(T answer) {
            answered.increment();
            if (measuring) {
                if (taken == times.length) {
                    times = Arrays.copyOf(times, 2 * taken);
                }
                times[taken++] = Time.nanos() - start;
            }
        }

        @Override
        public void onError(Throwable cause) {
            failure.compareAndSet(null, cause);
            atRest.countDown();
        }

        @Override
        public void onCompleted() {
            if (stopped) {
                atRest.countDown();
            } else {
                next();
            }
        }
    }
}
