package dev.rollcall.conformance.faults;

import dev.rollcall.conformance.faults.KeyHistory.Change;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/**
 * What one fault did.
 *
 * @param leases for each lease time, what became of its registrations
 * @param streams keep-alive streams that the members that answer held open, at most
 * @param stall how long this process was kept from the processor at most, in nanoseconds
 * @param settled how long after the end of the fault everything was registered and seen by all, in nanoseconds
 */
record Round(List<Lease> leases, int streams, long stall, long settled) {

    /** A key that was deleted is away, for all we know, until it is put; a returning leader revokes within this time. */
    private static final Duration AFTERMATH = Duration.ofSeconds(3);

    private static final Duration SETTLED = Duration.ofSeconds(40);

    /**
     * What became of the registrations of one lease time.
     *
     * @param seconds the lease time
     * @param lostBefore keys deleted while the fault lasted
     * @param lostAfter keys deleted after its end
     * @param longestAway how long a key was away at most, in nanoseconds
     * @param moved puts of keys that were there: moves to another lease
     * @param downs for each sort of consumer, how many downs it was shown
     */
    record Lease(int seconds, int lostBefore, int lostAfter, long longestAway, int moved, Crew.Downs downs) {}

    /** Waits for a random moment, strikes, waits until all is as it was, and counts. */
    static Round of(TestEtcd cluster, Crew crew, KeyHistory history, MemberFault fault, Random random) {
        awaitComplete(crew);
        List<Crew.Downs> before = Crew.LEASE_SECONDS.stream().map(crew::downs).toList();
        try (Gauge gauge = new Gauge(cluster.endpoints())) {
            Pause.of(Duration.ofMillis(random.nextInt(3500)));
            long begin = System.nanoTime();
            long end = fault.strike(cluster, random);
            cluster.leader();
            Pause.of(AFTERMATH.minusNanos(System.nanoTime() - end));
            awaitComplete(crew);
            long settled = System.nanoTime() - end;
            List<Change> changes = history.since(begin);
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < Crew.LEASE_SECONDS.size(); i++) {
                int seconds = Crew.LEASE_SECONDS.get(i);
                leases.add(count(changes, seconds, end, crew.downs(seconds).minus(before.get(i))));
            }
            return new Round(leases, gauge.mostStreams(), gauge.longestStall(), settled);
        }
    }

    private static Lease count(List<Change> changes, int seconds, long end, Crew.Downs downs) {
        String part = "/" + Crew.service(seconds) + "/";
        Map<String, Long> away = new HashMap<>();
        int before = 0;
        int after = 0;
        int moved = 0;
        long longest = 0;
        for (Change change : changes) {
            if (!change.key().contains(part)) {
                continue;
            }
            if (change.deleted()) {
                away.put(change.key(), change.at());
                before += change.at() - end < 0 ? 1 : 0;
                after += change.at() - end < 0 ? 0 : 1;
            } else {
                Long since = away.remove(change.key());
                moved += since == null ? 1 : 0;
                longest = since == null ? longest : Math.max(longest, change.at() - since);
            }
        }
        return new Lease(seconds, before, after, away.isEmpty() ? longest : Long.MAX_VALUE, moved, downs);
    }

    private static void awaitComplete(Crew crew) {
        Awaitility.await("all registered and seen")
                .atMost(SETTLED)
                .pollInterval(Duration.ofMillis(20))
                .until(crew::isComplete);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        leases.forEach(lease -> {
            text.append("%d s: lost %d/%d, moved %d"
                    .formatted(lease.seconds(), lease.lostBefore(), lease.lostAfter(), lease.moved()));
            if (lease.longestAway() > 0) {
                text.append(", away " + Pause.millis(lease.longestAway()));
            }
            text.append(", downs ").append(lease.downs()).append("; ");
        });
        return text + "streams " + streams + ", stall " + Pause.millis(stall) + ", settled " + Pause.millis(settled);
    }
}
