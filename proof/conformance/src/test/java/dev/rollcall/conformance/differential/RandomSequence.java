package dev.rollcall.conformance.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Draws a case from a seed: puts, ranges, deletes, transactions, leases and compactions on few keys, so that they meet. */
final class RandomSequence {

    private static final int STEPS = 40;
    private static final List<String> KEYS = List.of("a", "a\\000", "aa", "b", "c", "\\377");
    private static final List<String> ENDS = List.of("\\000", "a", "ab", "b", "c", "\\377\\377");
    private static final List<String> TARGETS = List.of("KEY", "VERSION", "CREATE", "MOD", "VALUE");
    private static final List<String> ORDERS = List.of("NONE", "ASCEND", "DESCEND");
    private static final List<String> RESULTS = List.of("EQUAL", "GREATER", "LESS", "NOT_EQUAL");

    private final Random random;

    private RandomSequence(long seed) {
        random = new Random(seed);
    }

    static Case of(long seed) {
        RandomSequence drawn = new RandomSequence(seed);
        List<String> steps = new ArrayList<>();
        steps.add("watch create_request { key: '\\000' range_end: '\\000' prev_kv: true }");
        steps.add("next watch 1");
        steps.add("put key: 'a' value: 'first'");
        for (int i = 0; i < STEPS; i++) {
            steps.add(drawn.step());
        }
        steps.add("put key: 'a' value: 'last'");
        steps.add("through watch last");
        // The history of it all, or the news that it is compacted.
        steps.add("watch#2 create_request { key: '\\000' range_end: '\\000' start_revision: $1 prev_kv: true }");
        steps.add("next watch#2 2");
        return new Case("random", "seed " + seed, false, steps);
    }

    private String step() {
        int kind = random.nextInt(100);
        if (kind < 30) {
            return "put " + put();
        }
        if (kind < 55) {
            return "range " + range();
        }
        if (kind < 65) {
            return "deleteRange " + delete();
        }
        if (kind < 85) {
            return "txn " + txn(2);
        }
        if (kind < 90) {
            return "leaseGrant TTL: 600 ID: " + lease();
        }
        if (kind < 93) {
            return "leaseRevoke ID: " + lease();
        }
        if (kind < 97) {
            return "leaseTimeToLive keys: true ID: " + lease();
        }
        return "compact revision: " + revision();
    }

    private String put() {
        String request = key();
        request += odds(10) ? "" : " value: '" + random.nextInt(4) + "'";
        request += odds(25) ? " lease: " + lease() : "";
        request += odds(25) ? " prev_kv: true" : "";
        request += odds(8) ? " ignore_value: true" : "";
        return request + (odds(8) ? " ignore_lease: true" : "");
    }

    private String range() {
        String request = key() + end();
        request += odds(30) ? " limit: " + random.nextInt(4) : "";
        request += odds(30) ? " revision: " + revision() : "";
        request += odds(30) ? " sort_order: " + of(ORDERS) + " sort_target: " + of(TARGETS) : "";
        request += odds(10) ? " keys_only: true" : "";
        request += odds(10) ? " count_only: true" : "";
        request += odds(10) ? " serializable: true" : "";
        request += odds(10) ? " min_mod_revision: " + revision() : "";
        request += odds(10) ? " max_mod_revision: " + revision() : "";
        request += odds(10) ? " min_create_revision: " + revision() : "";
        return request + (odds(10) ? " max_create_revision: " + revision() : "");
    }

    private String delete() {
        return key() + end() + (odds(30) ? " prev_kv: true" : "");
    }

    private String txn(int depth) {
        return Stream.of(
                        several("compare", this::compare, 3),
                        several("success", () -> op(depth), 4),
                        several("failure", () -> op(depth), 4))
                .flatMap(List::stream)
                .collect(Collectors.joining(" "));
    }

    private List<String> several(String field, Supplier<String> drawn, int most) {
        return IntStream.range(0, random.nextInt(most))
                .mapToObj(i -> field + " { " + drawn.get() + " }")
                .toList();
    }

    private String op(int depth) {
        int kind = random.nextInt(10);
        if (kind < 4) {
            return "request_put { " + put() + " }";
        }
        if (kind < 6) {
            return "request_delete_range { " + delete() + " }";
        }
        if (kind < 9 || depth == 0) {
            return "request_range { " + range() + " }";
        }
        return "request_txn { " + txn(depth - 1) + " }";
    }

    private String compare() {
        String target = of(List.of(
                "VERSION version: " + random.nextInt(4),
                "CREATE create_revision: " + revision(),
                "MOD mod_revision: " + revision(),
                "VALUE value: '" + random.nextInt(4) + "'",
                "LEASE lease: " + random.nextInt(3)));
        return key() + (odds(20) ? end() : "") + " result: " + of(RESULTS) + " target: " + target;
    }

    private String key() {
        return odds(2) ? "" : "key: '" + of(KEYS) + "'";
    }

    private String end() {
        return odds(50) ? "" : " range_end: '" + of(ENDS) + "'";
    }

    private String revision() {
        return "$" + (random.nextInt(STEPS) - 2);
    }

    private int lease() {
        return 1 + random.nextInt(3);
    }

    private String of(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }

    private boolean odds(int percent) {
        return random.nextInt(100) < percent;
    }
}
