package dev.rollcall.bench;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseLeasesRequest;
import dev.rollcall.etcd.proto.LeaseStatus;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** 100,000 leases of 60 s, each renewed every 20 s, for longer than they would last by themselves. On a server of its own. */
final class LeaseRow implements Row {
    private static final int LEASES = 100_000;
    private static final int TTL_SECONDS = 60;
    private static final int AT_ONCE = 256;
    private static final Duration KEPT = Duration.ofSeconds(66);
    private static final int BOUND_SECONDS = 60;

    @Override
    public String name() {
        return "leases";
    }

    @Override
    public int turns() {
        return 1;
    }

    @Override
    public int warmUps() {
        return 0;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        try (Server server = Server.launch(subject, lab.programs())) {
            FirstAnswer.await(server);
            try (Connections connections = Connections.open(server.port(), Connections.MANY)) {
                long start = Time.nanos();
                grant(connections);
                double granting = Time.secondsSince(start);
                Duration cpu = server.cpu();
                Renewals renewals = Renewals.open(connections, LEASES);
                renewals.keep(KEPT);
                double cpuShare = 100.0 * server.cpu().minus(cpu).toNanos() / KEPT.toNanos();
                server.requireAlive();
                String what = "100,000 leases of 60 s, kept alive for 66 s";
                sheet.note(subject, what + ": lost", "leases", Bar.atMost(0), LEASES - (double) held(connections));
                sheet.note(subject, what + ": granted, fresh server, 256 at once", "per s", LEASES / granting);
                sheet.note(
                        subject,
                        what + ": renewals answered",
                        "per s",
                        renewals.answered() / (double) KEPT.toSeconds());
                sheet.note(subject, what + ": of a processor for 5,000 renewals a second", "%", cpuShare);
            }
        }
    }

    /** Leases 1 to 100,000. */
    private static void grant(Connections connections) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch granted = new CountDownLatch(LEASES);
        for (int worker = 0; worker < AT_ONCE; worker++) {
            new Granting(LeaseGrpc.newStub(connections.of(worker)), next, granted).next();
        }
        if (!granted.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(granted.getCount() + " leases were not granted");
        }
    }

    private static long held(Connections connections) {
        return LeaseGrpc.newBlockingStub(connections.of(0))
                .withDeadlineAfter(BOUND_SECONDS, TimeUnit.SECONDS)
                .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                .getLeasesList()
                .stream()
                .mapToLong(LeaseStatus::getID)
                .filter(id -> id >= 1 && id <= LEASES)
                .count();
    }

    private static final class Granting implements StreamObserver<LeaseGrantResponse> {
        private final LeaseGrpc.LeaseStub stub;
        private final AtomicInteger last;
        private final CountDownLatch granted;

        Granting(LeaseGrpc.LeaseStub stub, AtomicInteger last, CountDownLatch granted) {
            this.stub = stub;
            this.last = last;
            this.granted = granted;
        }

        void next() {
            int id = last.incrementAndGet();
            if (id <= LEASES) {
                stub.leaseGrant(
                        LeaseGrantRequest.newBuilder()
                                .setID(id)
                                .setTTL(TTL_SECONDS)
                                .build(),
                        this);
            }
        }

        @Override
        public void onNext(LeaseGrantResponse response) {
            granted.countDown();
        }

        /** The bound of the wait for all tells it. */
        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            next();
        }
    }
}
