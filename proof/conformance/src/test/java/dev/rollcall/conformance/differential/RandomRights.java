package dev.rollcall.conformance.differential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws a case from a seed: the permissions of two roles, of which some are taken back, and what their user may then do.
 *
 * <p>Ranges are not empty, and none is granted twice: there etcd has its own ideas, which {@link KnownDifference} lists.
 */
final class RandomRights {

    private static final int PERMISSIONS = 6;
    private static final int REQUESTS = 30;
    private static final List<String> POINTS = List.of("\\000", "a", "aa", "b", "c", "d");
    private static final String OPEN_END = " range_end: '\\000'";
    private static final List<String> RIGHTS = List.of("READ", "WRITE", "READWRITE");

    private final Random random;

    private RandomRights(long seed) {
        random = new Random(seed);
    }

    static Case of(long seed) {
        RandomRights drawn = new RandomRights(seed);
        List<String> steps = new ArrayList<>(List.of(
                "userAdd name: 'u' password: '" + Conversation.password("u") + "'",
                "roleAdd name: 'r'",
                "roleAdd name: 's'",
                "userGrantRole user: 'u' role: 'r'",
                "userGrantRole user: 'u' role: 's'"));
        Set<String> granted = new LinkedHashSet<>();
        while (granted.size() < PERMISSIONS) {
            granted.add("name: " + drawn.role() + " perm {" + drawn.range());
        }
        for (String permission : granted) {
            steps.add("roleGrantPermission " + permission + " permType: " + drawn.of(RIGHTS) + " }");
        }
        steps.add("roleRevokePermission role: " + drawn.role() + drawn.range());
        steps.addAll(List.of("roleGet role: 'r'", "roleGet role: 's'", "protect", "login u"));
        for (int i = 0; i < REQUESTS; i++) {
            steps.addAll(drawn.request(i));
        }
        return new Case("random rights", "seed " + seed, false, steps);
    }

    private List<String> request(int number) {
        return switch (random.nextInt(7)) {
            case 0 -> List.of("put" + key() + (random.nextBoolean() ? " prev_kv: true" : ""));
            case 1 -> List.of("deleteRange" + range() + (random.nextBoolean() ? " prev_kv: true" : ""));
            case 2 ->
                List.of("txn compare {" + range() + " } success { request_range {" + range()
                        + " } } failure { request_put {" + key() + " } }");
            case 3 -> List.of("txn success { request_delete_range {" + range() + " } }");
            case 4 ->
                List.of(
                        "watch#" + number + " create_request {" + range().replace(OPEN_END, "") + " }",
                        "next watch#" + number + " 1");
            default -> List.of("range" + range());
        };
    }

    private String key() {
        return key(random.nextInt(POINTS.size() - 1));
    }

    private static String key(int point) {
        return " key: '" + POINTS.get(point) + "'";
    }

    private String range() {
        int from = random.nextInt(POINTS.size() - 1);
        return switch (random.nextInt(5)) {
            case 0 -> key(from);
            case 1 -> key(from) + OPEN_END;
            default -> key(from) + " range_end: '" + of(POINTS.subList(from + 1, POINTS.size())) + "'";
        };
    }

    private String role() {
        return random.nextBoolean() ? "'r'" : "'s'";
    }

    private String of(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }
}
