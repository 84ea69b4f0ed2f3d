package dev.rollcall.bench;

import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Renewals of leases 1 to N over some streams, evenly over time: each lease every 20 s, whether the last one was answered or not. */
final class Renewals {
    private static final Duration ROUND = Duration.ofSeconds(20);
    private static final Duration TICK = Duration.ofMillis(10);

    private final int leases;
    private final List<StreamObserver<LeaseKeepAliveRequest>> streams = new ArrayList<>();
    private final LongAdder answered = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Renewals(int leases) {
        this.leases = leases;
    }

    static Renewals open(Connections connections, int leases) {
        Renewals renewals = new Renewals(leases);
        for (int i = 0; i < Connections.MANY; i++) {
            renewals.streams.add(LeaseGrpc.newStub(connections.of(i)).leaseKeepAlive(renewals.new Answers()));
        }
        return renewals;
    }

    /** How many were answered with time left. */
    long answered() {
        return answered.sum();
    }

    /** Renews for so long. */
    void keep(Duration span) throws InterruptedException {
        long start = Time.nanos();
        long sent = 0;
        while (Time.nanos() - start < span.toNanos()) {
            long due = (long) (leases * ((Time.nanos() - start) / (double) ROUND.toNanos()));
            for (; sent < due; sent++) {
                long id = 1 + sent % leases;
                streams.get((int) (id % streams.size()))
                        .onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
            }
            Throwable cause = failure.get();
            if (cause != null) {
                throw new IllegalStateException("a stream of renewals ended", cause);
            }
            Time.pass(TICK);
        }
    }

    private final class Answers implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse response) {
            if (response.getTTL() > 0) {
                answered.increment();
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
