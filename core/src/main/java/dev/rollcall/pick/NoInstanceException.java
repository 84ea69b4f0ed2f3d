package dev.rollcall.pick;

import dev.rollcall.discovery.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says that there is no instance to pick: how many there are, and why each of them is left out. */
public final class NoInstanceException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int MOST_NAMES = 3;
    private static final int MOST_REASONS = 10;

    private final String service;
    private final transient List<LeftOut> leftOut;

    NoInstanceException(Snapshot snapshot, List<LeftOut> leftOut) {
        super(message(snapshot, leftOut));
        this.service = snapshot.name();
        this.leftOut = List.copyOf(leftOut);
    }

    /** The service, or the directory, of the view. */
    public String service() {
        return service;
    }

    /** Each instance that is shown, and why it is not picked; empty where none is shown. Not kept when the exception is serialized. */
    public List<LeftOut> leftOut() {
        return leftOut == null ? List.of() : leftOut;
    }

    private static String message(Snapshot snapshot, List<LeftOut> leftOut) {
        String begin = "no instance of " + snapshot.name() + " can be picked: ";
        if (!snapshot.known() && snapshot.instances().isEmpty()) {
            return begin + "the store was not read yet; wait with awaitInstances, or check that it can be reached";
        }
        String what = leftOut.isEmpty() ? "none is registered" : leftOut.size() + " registered, " + reasons(leftOut);
        return begin + what + " (" + snapshot.freshness() + ", revision " + snapshot.revision() + ")";
    }

    /** {@code 2 paused (a, b), 1 no endpoint (c)}. */
    private static String reasons(List<LeftOut> leftOut) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (LeftOut one : leftOut) {
            byReason.computeIfAbsent(one.reason(), reason -> new ArrayList<>())
                    .add(one.instance().id());
        }
        String said = byReason.entrySet().stream()
                .limit(MOST_REASONS)
                .map(entry -> entry.getValue().size() + " " + entry.getKey() + " (" + names(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return byReason.size() > MOST_REASONS
                ? said + ", and " + (byReason.size() - MOST_REASONS) + " other reasons"
                : said;
    }

    private static String names(List<String> ids) {
        String named = String.join(", ", ids.subList(0, Math.min(MOST_NAMES, ids.size())));
        return ids.size() > MOST_NAMES ? named + " and " + (ids.size() - MOST_NAMES) + " more" : named;
    }
}
