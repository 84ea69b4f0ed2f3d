package dev.rollcall.examples.fleet;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls at a constant rate, each with one retry, and keeps what became of them. */
final class Caller implements AutoCloseable {

    static final int CALLS_PER_SECOND = 200;
    static final Duration DEADLINE = Duration.ofMillis(250);

    private final Channel channel;
    private final Queue<Called> done = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fleet-caller");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable ScheduledFuture<?> beat;

    /**
     * A call that ended.
     *
     * @param begun when, by {@link Ticks}
     * @param nanos how long it took, with its retry
     * @param retried whether the first attempt failed
     * @param answer who answered; empty where the retry failed too
     * @param why what the last failure was; empty where none was
     */
    record Called(long begun, long nanos, boolean retried, String answer, String why) {

        boolean failed() {
            return answer.isEmpty();
        }
    }

    Caller(Channel channel) {
        this.channel = channel;
    }

    void begin() {
        long gap = TimeUnit.SECONDS.toNanos(1) / CALLS_PER_SECOND;
        beat = clock.scheduleAtFixedRate(() -> attempt(Ticks.nanos(), false, ""), 0, gap, TimeUnit.NANOSECONDS);
    }

    /** The calls that have begun and not ended. */
    int inFlight() {
        return inFlight.get();
    }

    /** All that ended since the last time. */
    List<Called> take() {
        List<Called> taken = new ArrayList<>();
        Called next = done.poll();
        while (next != null) {
            taken.add(next);
            next = done.poll();
        }
        return taken;
    }

    private void attempt(long begun, boolean retried, String why) {
        if (!retried) {
            inFlight.incrementAndGet();
        }
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        ClientCalls.asyncUnaryCall(channel.newCall(Greeting.WHO, options), "", new StreamObserver<String>() {
            private String answer = "";

            @Override
            public void onNext(String id) {
                answer = id;
            }

            @Override
            public void onError(Throwable error) {
                String cause = Status.fromThrowable(error).getCode().toString();
                if (retried) {
                    ended(new Called(begun, Ticks.nanos() - begun, true, "", cause));
                } else {
                    attempt(begun, true, cause);
                }
            }

            @Override
            public void onCompleted() {
                ended(new Called(begun, Ticks.nanos() - begun, retried, answer, why));
            }
        });
    }

    private void ended(Called call) {
        inFlight.decrementAndGet();
        done.add(call);
    }

    @Override
    public void close() {
        ScheduledFuture<?> begun = beat;
        if (begun != null) {
            begun.cancel(false);
        }
        clock.shutdownNow();
    }
}
