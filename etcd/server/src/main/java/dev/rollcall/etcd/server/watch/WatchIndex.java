package dev.rollcall.etcd.server.watch;

import dev.rollcall.etcd.server.mvcc.Bytes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Finds the watchers of a key without asking all of them: single keys by hash, prefixes by hash once for each length in use, and
 * the few that watch any other range one by one.
 */
final class WatchIndex {
    private final Map<Bytes, Set<Watcher>> byKey = new HashMap<>();
    private final TreeMap<Integer, Map<Bytes, Set<Watcher>>> byPrefix = new TreeMap<>();
    private final Set<Watcher> others = new LinkedHashSet<>();

    void add(Watcher watcher) {
        Bytes from = watcher.spec.range().from();
        if (watcher.spec.range().single()) {
            byKey.computeIfAbsent(from, absent -> new LinkedHashSet<>()).add(watcher);
        } else if (watcher.spec.range().isPrefix()) {
            byPrefix.computeIfAbsent(from.size(), absent -> new HashMap<>())
                    .computeIfAbsent(from, absent -> new LinkedHashSet<>())
                    .add(watcher);
        } else {
            others.add(watcher);
        }
    }

    void remove(Watcher watcher) {
        Bytes from = watcher.spec.range().from();
        if (watcher.spec.range().single()) {
            removeFrom(byKey, from, watcher);
        } else if (watcher.spec.range().isPrefix()) {
            Map<Bytes, Set<Watcher>> sameLength = byPrefix.get(from.size());
            if (sameLength != null) {
                removeFrom(sameLength, from, watcher);
                if (sameLength.isEmpty()) {
                    byPrefix.remove(from.size());
                }
            }
        } else {
            others.remove(watcher);
        }
    }

    void forEach(Bytes key, Consumer<Watcher> action) {
        byKey.getOrDefault(key, Set.of()).forEach(action);
        byPrefix.headMap(key.size(), true)
                .forEach((length, watchers) ->
                        watchers.getOrDefault(key.prefix(length), Set.of()).forEach(action));
        for (Watcher watcher : others) {
            if (watcher.spec.range().contains(key)) {
                action.accept(watcher);
            }
        }
    }

    private static void removeFrom(Map<Bytes, Set<Watcher>> map, Bytes from, Watcher watcher) {
        map.computeIfPresent(from, (key, watchers) -> {
            watchers.remove(watcher);
            return watchers.isEmpty() ? null : watchers;
        });
    }
}
