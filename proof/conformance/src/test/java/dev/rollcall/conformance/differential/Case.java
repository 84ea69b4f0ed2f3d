package dev.rollcall.conformance.differential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is said to a store, step by step.
 *
 * @param fresh whether it needs a store in which nothing has ever happened, and not merely an empty one
 */
record Case(String group, String name, boolean fresh, List<String> steps) {

    /** The files of cases, in the order in which they are run. */
    static final List<String> GROUPS = List.of(
            "put",
            "range",
            "delete",
            "compare",
            "txn",
            "compaction",
            "lease",
            "watch",
            "watch-create",
            "lock",
            "election",
            "auth",
            "rights",
            "maintenance",
            "cluster");

    private static final String STEP = "    ";
    private static final String CONTINUATION = "        ";
    private static final String FRESH = "fresh";

    /** What no other case is called. */
    String id() {
        return group + ": " + name;
    }

    /** The cases of one file. */
    static List<Case> of(String group) {
        List<Case> cases = new ArrayList<>();
        String name = "";
        List<String> steps = new ArrayList<>();
        for (String line : text(group).lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(CONTINUATION)) {
                steps.set(steps.size() - 1, steps.get(steps.size() - 1) + " " + line.strip());
            } else if (line.startsWith(STEP)) {
                steps.add(line.strip());
            } else {
                end(group, name, steps, cases);
                name = line.strip().replaceFirst(":$", "");
                steps.clear();
            }
        }
        end(group, name, steps, cases);
        return cases;
    }

    /** Every case there is. */
    static List<Case> all() {
        return GROUPS.stream().flatMap(group -> of(group).stream()).toList();
    }

    private static void end(String group, String name, List<String> steps, List<Case> cases) {
        if (steps.isEmpty()) {
            if (!name.isEmpty()) {
                throw new IllegalStateException(group + ".case: no steps: " + name);
            }
            return;
        }
        boolean fresh = steps.get(0).equals(FRESH);
        cases.add(new Case(group, name, fresh, List.copyOf(fresh ? steps.subList(1, steps.size()) : steps)));
    }

    private static String text(String group) {
        try (InputStream in = Objects.requireNonNull(Case.class.getResourceAsStream(group + ".case"), group)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
