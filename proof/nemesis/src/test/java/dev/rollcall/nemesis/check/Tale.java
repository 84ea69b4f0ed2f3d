package dev.rollcall.nemesis.check;

import dev.rollcall.nemesis.history.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A history made by hand. Times are milliseconds; everything happens at the moment that was set last. */
final class Tale {

    static final String KEY = "services/user/u1";

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, String> state = new HashMap<>();
    private long now;
    private int epoch;
    private long rev;

    Tale() {
        note("nemesis", "round", "seed", 1, "forgetful", false);
        epoch(1, false);
        note("r1-1", "start", "lease", 3);
        note("c1-1", "start", "lease", 3);
        note("c1-1", "view", "v", "users", "service", "user", "guarded", true, "grace", 0);
    }

    Tale at(long millis) {
        now = millis;
        return this;
    }

    Tale note(String who, String what, Object... namesAndValues) {
        lines.add(Line.of(now * 1_000_000, who, what, namesAndValues));
        return this;
    }

    Tale epoch(long base, boolean inherits) {
        epoch++;
        rev = base;
        state.clear();
        return note("nemesis", "epoch", "epoch", epoch, "base", base, "inherits", inherits);
    }

    Tale put(String key, String token) {
        return put(key, ++rev, rev, token, 7);
    }

    Tale put(String key, long atRev, long create, String token, long lease) {
        rev = atRev;
        state.put(key, key + "@" + rev);
        return note(
                "store",
                "put",
                "epoch",
                epoch,
                "rev",
                rev,
                "key",
                key,
                "create",
                create,
                "lease",
                lease,
                "token",
                token,
                "leaving",
                false,
                "readable",
                true);
    }

    Tale delete(String key) {
        rev++;
        return deleteAt(key, rev);
    }

    Tale deleteAt(String key, long atRev) {
        rev = atRev;
        state.remove(key);
        return note("store", "delete", "epoch", epoch, "rev", rev, "key", key, "create", 0, "lease", 0, "token", "");
    }

    Tale up(String key, long mod, String token) {
        return told("up", key, mod, mod, token);
    }

    Tale told(String what, String key, long mod, long create, String token) {
        return note("c1-1", what, "v", "users", "key", key, "mod", mod, "create", create, "lease", 7, "token", token);
    }

    Tale down(String key, long mod, long atRev) {
        return note("c1-1", "down", "v", "users", "key", key, "mod", mod, "cause", "EXPIRED", "rev", atRev);
    }

    Tale snap(long viewEpoch, long atRev, String entries, String held) {
        return note(
                "c1-1", "snap", "v", "users", "known", true, "epoch", viewEpoch, "rev", atRev, "fresh", "LIVE",
                "entries", entries, "held", held, "bad", "");
    }

    Tale register(String who, String key, String token) {
        return note(who, "register", "h", key, "key", key, "token", token);
    }

    Tale fault(int id, String kind, boolean lapses, String clients, long until) {
        note("nemesis", "fault", "id", id, "kind", kind, "scope", "STORE", "lapses", lapses, "clients", clients);
        lines.add(Line.of(until * 1_000_000, "nemesis", "healed", "id", id, "kind", kind, "done", true));
        return this;
    }

    Tale settled(boolean agreed) {
        return note("nemesis", "settled", "agreed", agreed, "millis", 5, "epoch", epoch, "rev", rev, "left", "");
    }

    /** The rules that are broken, by name. */
    List<String> broken() {
        return verdict().violations().stream()
                .map(Violation::rule)
                .distinct()
                .sorted()
                .toList();
    }

    Verdict verdict() {
        if (lines.stream().noneMatch(line -> line.what().equals("settled"))) {
            settled(true);
        }
        List<Line> byTime = new ArrayList<>(lines);
        byTime.sort(Comparator.comparingLong(Line::at));
        return Checker.judge(
                byTime.stream().map(line -> Line.parse(line.json())).collect(Collectors.toCollection(ArrayList::new)));
    }
}
