package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * Measures what registrations under leases of 3, 5 and 10 s, and those who watch them, go through while members of a real cluster of three fail.
 *
 * <p>{@code --rounds N} (default 1), {@code --scenario frozen-leader|frozen-follower|killed-leader|all-killed|rolling-restart},
 * {@code --etcd VERSION} (default 3.5.16), {@code --seed S}.
 */
public final class FrozenLeader {

    private FrozenLeader() {}

    /** Runs the rounds, tells of each and then of all. */
    public static void main(String[] args) {
        Map<String, String> options = options(args);
        int rounds = Integer.parseInt(options.getOrDefault("--rounds", "1"));
        MemberFault fault = MemberFault.parse(options.getOrDefault("--scenario", "frozen-leader"));
        String version = options.getOrDefault("--etcd", "3.5.16");
        long seed = Long.parseLong(options.getOrDefault("--seed", "1"));
        System.out.printf(
                "%s of %s, three members of etcd %s, %d rounds, seed %d%n",
                fault.word(), fault.length, version, rounds, seed);
        List<Round> done = run(fault, version, rounds, seed);
        System.out.print(summary(done));
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> words = Arrays.asList(args);
        for (int i = 0; i + 1 < words.size(); i += 2) {
            options.put(words.get(i), words.get(i + 1));
        }
        return options;
    }

    static List<Round> run(MemberFault fault, String version, int rounds, long seed) {
        Random random = new Random(seed);
        List<Round> done = new ArrayList<>();
        try (TestEtcd cluster = EtcdSpec.cluster(version, 3).start()) {
            cluster.start();
            try (KeyHistory history = new KeyHistory(cluster.endpoints(), "services/", 1);
                    Crew crew = new Crew(cluster.endpoints())) {
                for (int i = 1; i <= rounds; i++) {
                    Round round = Round.of(cluster, crew, history, fault, random);
                    done.add(round);
                    System.out.println("round " + i + ": " + round);
                }
            }
        }
        return done;
    }

    /** For each lease time: in how many rounds something was lost, and what consumers were shown of it. */
    static String summary(List<Round> rounds) {
        StringBuilder text = new StringBuilder();
        for (int seconds : Crew.LEASE_SECONDS) {
            text.append(
                    "lease %2d s: of %d rounds lost during the fault %d, after it %d (away %d ms at most); rounds with a down:"
                            .formatted(
                                    seconds,
                                    rounds.size(),
                                    among(rounds, seconds, Round.Lease::lostBefore),
                                    among(rounds, seconds, Round.Lease::lostAfter),
                                    rounds.stream()
                                                    .flatMap(round -> round.leases().stream())
                                                    .filter(lease -> lease.seconds() == seconds)
                                                    .mapToLong(Round.Lease::longestAway)
                                                    .max()
                                                    .orElse(0)
                                            / 1_000_000));
            text.append(" guarded %d, graced %d, neither %d"
                    .formatted(
                            among(rounds, seconds, lease -> lease.downs().guarded()),
                            among(rounds, seconds, lease -> lease.downs().graced()),
                            among(rounds, seconds, lease -> lease.downs().naked())));
            text.append(System.lineSeparator());
        }
        return text.append("keep-alive streams open at the members that answer, at most: ")
                .append(rounds.stream().mapToInt(Round::streams).max().orElse(0))
                .append("; longest stall of this process: ")
                .append(Pause.millis(
                        rounds.stream().mapToLong(Round::stall).max().orElse(0)))
                .append(System.lineSeparator())
                .toString();
    }

    private static long among(List<Round> rounds, int seconds, ToIntFunction<Round.Lease> counted) {
        return rounds.stream()
                .flatMap(round -> round.leases().stream())
                .filter(lease -> lease.seconds() == seconds && counted.applyAsInt(lease) > 0)
                .count();
    }
}
