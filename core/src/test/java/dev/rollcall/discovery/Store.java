package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One history of a store, kept whole, for checking against: the state at every revision and the events between. */
final class Store {

    final long cluster;
    final long term;
    long revision = 1;
    long compacted;
    private final TreeMap<Bytes, KeyValue> now = new TreeMap<>();
    private final TreeMap<Long, List<KeyValue>> states = new TreeMap<>();
    private final TreeMap<Long, List<WatchEvent>> events = new TreeMap<>();

    Store(long cluster, long term) {
        this.cluster = cluster;
        this.term = term;
        states.put(1L, List.of());
    }

    /** As it was at an older revision, going another way from there. */
    Store restoredTo(long older, long newTerm) {
        Store copy = new Store(cluster, newTerm);
        copy.revision = older;
        copy.states.putAll(states.headMap(older, true));
        copy.events.putAll(events.headMap(older, true));
        for (KeyValue kv : at(older)) {
            copy.now.put(kv.key(), kv);
        }
        return copy;
    }

    Header header() {
        return new Header(cluster, 1, revision, term);
    }

    /** Writes several keys in one revision; a null value deletes. */
    void write(Map<String, @Nullable String> writes, long lease) {
        Map<String, @Nullable String> effective = new LinkedHashMap<>(writes);
        effective.entrySet().removeIf(w -> w.getValue() == null && !now.containsKey(Bytes.utf8(w.getKey())));
        if (effective.isEmpty()) {
            return;
        }
        revision++;
        List<WatchEvent> group = new ArrayList<>();
        effective.forEach((name, value) -> {
            Bytes key = Bytes.utf8(name);
            KeyValue before = now.get(key);
            if (value == null) {
                now.remove(key);
                group.add(deletion(key, revision));
            } else {
                KeyValue kv = new KeyValue(
                        key,
                        Bytes.utf8(value),
                        before == null ? revision : before.createRevision(),
                        revision,
                        before == null ? 1 : before.version() + 1,
                        new LeaseId(lease));
                now.put(key, kv);
                group.add(new WatchEvent(WatchEvent.Type.PUT, kv, Optional.empty()));
            }
        });
        events.put(revision, group);
        states.put(revision, List.copyOf(now.values()));
    }

    /** As a watch tells it. */
    static WatchEvent deletion(Bytes key, long revision) {
        KeyValue kv = new KeyValue(key, Bytes.EMPTY, 0, revision, 0, LeaseId.NONE);
        return new WatchEvent(WatchEvent.Type.DELETE, kv, Optional.empty());
    }

    void put(String key, String value, long lease) {
        write(Map.of(key, value), lease);
    }

    void delete(String... keys) {
        Map<String, @Nullable String> writes = new LinkedHashMap<>();
        for (String key : keys) {
            writes.put(key, null);
        }
        write(writes, 0);
    }

    /** The writes of other users of the store: the revision rises. */
    void tickOver(long by) {
        revision += by;
        states.put(revision, List.copyOf(now.values()));
    }

    List<KeyValue> list() {
        return List.copyOf(now.values());
    }

    List<KeyValue> at(long older) {
        Map.Entry<Long, List<KeyValue>> state = states.floorEntry(older);
        return state == null ? List.of() : state.getValue();
    }

    List<String> keysUnder(long lease) {
        List<String> keys = new ArrayList<>();
        for (KeyValue kv : now.values()) {
            if (kv.lease().value() == lease) {
                keys.add(kv.key().utf8());
            }
        }
        return keys;
    }

    boolean holds(String key, long lease) {
        KeyValue kv = now.get(Bytes.utf8(key));
        return kv != null && kv.lease().value() == lease;
    }

    /** The answer to a question for the past. */
    ViewEvent.Past recall(ViewAction.Recall asked, Header header) {
        if (asked.revision() > revision || asked.revision() < compacted) {
            return new ViewEvent.NotRecalled(asked.ticket(), asked.revision() < compacted);
        }
        List<KeyValue> then = at(asked.revision());
        List<KeyValue> since =
                then.stream().filter(kv -> kv.modRevision() >= asked.since()).toList();
        return new ViewEvent.Recalled(asked, header, since, then.size());
    }

    /** The answer to an audit. */
    ViewEvent audit(ViewAction.Audit asked) {
        List<KeyValue> changed = now.values().stream()
                .filter(kv -> kv.modRevision() > asked.after())
                .toList();
        return new ViewEvent.Audited(asked.ticket(), header(), changed, now.size());
    }

    /** The events of up to so many revisions from a position on, or null where there are none. */
    @Nullable WatchBatch batch(long from, int revisions) {
        List<WatchEvent> found = new ArrayList<>();
        for (List<WatchEvent> group : events.tailMap(from, true).values()) {
            if (revisions-- == 0) {
                break;
            }
            found.addAll(group);
        }
        return found.isEmpty() ? null : new WatchBatch(header(), found);
    }

    boolean wrote(Bytes key, long modRevision, String text) {
        List<WatchEvent> group = events.get(modRevision);
        return group != null
                && group.stream()
                        .anyMatch(event -> event.kv().key().equals(key)
                                && event.kv().value().utf8().equals(text));
    }
}
