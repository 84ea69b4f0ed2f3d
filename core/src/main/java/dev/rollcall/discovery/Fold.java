package dev.rollcall.discovery;

import dev.rollcall.discovery.Content.Loss;
import dev.rollcall.discovery.EntryReader.Reading;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folds lists and batches into a {@link Content}, telling the changes; lives for one step. */
final class Fold<S extends Shown> {

    private final EntryReader<S> reader;
    private final GuardRules rules;
    private final Moment at;
    private final List<Change<S>> changes = new ArrayList<>();

    private boolean known;
    private long epoch;
    private long revision;
    private final KeyOrder.Edit<KeyValue> truth;
    private final KeyOrder.Edit<S> shown;
    private final KeyOrder.Edit<QuarantinedKey> quarantined;
    private final KeyOrder.Edit<Hold> holds;
    private final Content<S> before;
    private final KeyOrder.Edit<Loss> losses;

    Fold(Content<S> before, EntryReader<S> reader, GuardRules rules, Moment at) {
        this.before = before;
        this.reader = reader;
        this.rules = rules;
        this.at = at;
        this.known = before.known();
        this.epoch = before.epoch();
        this.revision = before.revision();
        this.truth = before.truth().edit();
        this.shown = before.shown().edit();
        this.quarantined = before.quarantined().edit();
        this.holds = before.holds().edit();
        this.losses = before.losses().edit();
        for (int i = 0; i < before.losses().size(); i++) {
            if (at.nanos() - before.losses().valueAt(i).at() > rules.window()) {
                losses.remove(before.losses().keyAt(i));
            }
        }
    }

    Content<S> content() {
        return new Content<>(
                known, epoch, revision, truth.done(), shown.done(), quarantined.done(), holds.done(), losses.done());
    }

    List<Change<S>> changes() {
        return changes;
    }

    /** Begins with what was known before this process. */
    void seed(long seedRevision, List<KeyValue> kvs) {
        kvs.forEach(kv -> put(kv, false));
        revision = seedRevision;
    }

    /**
     * Takes the whole range in, as it was at a revision: tells the difference.
     *
     * <p>Over a seed the store's word is final where it tells the same history: what it lacks went while nobody looked, be it long ago.
     */
    void list(long listRevision, List<KeyValue> kvs, @Nullable ResyncCause cause) {
        boolean newEpoch = cause != null && cause.newEpoch();
        if (newEpoch || !known) {
            epoch++;
        }
        if (known && cause != null) {
            changes.add(new Change.Resynced<>(cause, epoch, listRevision));
        }
        if (newEpoch) {
            // Who was held already may have been back in the history that is gone, and must come back again.
            holdAnew(0);
        }
        loseMissing(kvs, listRevision, newEpoch);
        int lost = changes.size();
        for (KeyValue kv : kvs) {
            if (newEpoch || !kv.equals(before.truth().get(kv.key()))) {
                put(kv, newEpoch);
            }
        }
        // Taken in the order of keys, as they come, and told in the order in which they happened.
        changes.subList(lost, changes.size()).sort(Comparator.comparingLong(Change::revision));
        revision = listRevision;
        known = true;
    }

    private void loseMissing(List<KeyValue> kvs, long listRevision, boolean newEpoch) {
        if (before.truth().isEmpty()) {
            return;
        }
        Set<Bytes> present = new HashSet<>();
        for (KeyValue kv : kvs) {
            present.add(kv.key());
        }
        List<Bytes> missing = new ArrayList<>();
        for (Bytes key : before.truth().keys()) {
            if (!present.contains(key)) {
                missing.add(key);
            }
        }
        Set<Bytes> guarded = newEpoch || !known ? Set.of() : guarded(shownOf(missing), present);
        for (Bytes key : missing) {
            truth.remove(key);
            quarantined.remove(key);
            S last = shown.get(key);
            if (last != null && holds.get(key) == null) {
                DownCause seen = reader.cause(last);
                DownCause cause = seen == DownCause.DEREGISTERED && !newEpoch ? seen : DownCause.UNKNOWN;
                if (known || newEpoch) {
                    boolean guard = newEpoch ? rules.guarded() : guarded.contains(key);
                    lose(last, cause, listRevision, guard);
                } else {
                    down(last, cause, listRevision);
                }
            }
        }
    }

    private List<S> shownOf(List<Bytes> keys) {
        List<S> found = new ArrayList<>();
        for (Bytes key : keys) {
            S entry = shown.get(key);
            if (entry != null && holds.get(key) == null) {
                found.add(entry);
            }
        }
        return found;
    }

    /**
     * Whether changes can follow what is known: a watch tells all of them, so that of each key each one is told by the one before.
     *
     * <p>Otherwise one was left out, or another key or number stands in the place of the one that was written.
     */
    boolean canFollow(WatchBatch batch) {
        List<WatchEvent> fresh = fresh(batch);
        Map<Bytes, WatchEvent> then = new HashMap<>(2 * fresh.size());
        for (WatchEvent event : fresh) {
            KeyValue kv = event.kv();
            WatchEvent earlier = then.put(kv.key(), event);
            KeyValue last = earlier == null ? truth.get(kv.key()) : isPut(earlier) ? earlier.kv() : null;
            boolean follows = isPut(event) ? last == null ? isFirst(kv) : isNext(last, kv) : last != null;
            if (!follows) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPut(WatchEvent event) {
        return event.type() == WatchEvent.Type.PUT;
    }

    private static boolean isFirst(KeyValue kv) {
        return kv.createRevision() == kv.modRevision() && kv.version() == 1;
    }

    private static boolean isNext(KeyValue last, KeyValue kv) {
        return kv.createRevision() == last.createRevision()
                && kv.modRevision() > last.modRevision()
                && kv.version() == last.version() + 1;
    }

    private List<WatchEvent> fresh(WatchBatch batch) {
        List<WatchEvent> fresh = new ArrayList<>();
        for (WatchEvent event : batch.events()) {
            if (event.kv().modRevision() > revision) {
                fresh.add(event);
            }
        }
        return fresh;
    }

    /** Takes changes in that {@link #canFollow}; those of revisions that are known already are left out. */
    void batch(WatchBatch batch) {
        List<WatchEvent> fresh = fresh(batch);
        Map<Bytes, KeyValue> left = new HashMap<>();
        Set<Bytes> guarded =
                fresh.stream().allMatch(Fold::isPut) ? Set.of() : guarded(deleted(fresh, left), left.keySet());
        for (WatchEvent event : fresh) {
            KeyValue kv = event.kv();
            if (kv.modRevision() < revision) {
                continue;
            }
            if (isPut(event)) {
                put(kv, false);
            } else {
                delete(kv.key(), kv.modRevision(), guarded);
            }
            revision = kv.modRevision();
        }
    }

    /**
     * What the deleted keys last said, be it earlier in the same batch: a goodbye often comes together with the deletion. What is held is gone already, unless
     * it came back in between.
     *
     * @param puts what the batch wrote and did not delete again is added to it
     */
    private List<S> deleted(List<WatchEvent> events, Map<Bytes, KeyValue> puts) {
        List<S> gone = new ArrayList<>();
        for (WatchEvent event : events) {
            Bytes key = event.kv().key();
            if (isPut(event)) {
                puts.put(key, event.kv());
                continue;
            }
            KeyValue put = puts.remove(key);
            S last = put != null && read(put, shown.get(key), at.wall()) instanceof Reading.Good<S> good
                    ? good.entry()
                    : shown.get(key);
            if (last != null && (put != null || holds.get(key) == null)) {
                gone.add(last);
            }
        }
        return gone;
    }

    private void delete(Bytes key, long deletedAt, Set<Bytes> guarded) {
        truth.remove(key);
        quarantined.remove(key);
        S last = shown.get(key);
        if (last != null && holds.get(key) == null) {
            DownCause cause = reader.cause(last);
            lose(last, cause, deletedAt, guarded.contains(key) && mayBeExpiry(last, cause));
        }
    }

    private void put(KeyValue written, boolean newEpoch) {
        KeyValue previous = truth.get(written.key());
        KeyValue kv = previous == null ? written : withKeyOf(previous, written);
        Bytes key = kv.key();
        truth.put(key, kv);
        boolean returned = holds.get(key) != null;
        holds.remove(key);
        losses.remove(key);
        S last = shown.get(key);
        Instant firstSeen = last == null ? at.wall() : last.firstSeen();
        Reading<S> reading = read(kv, last, firstSeen);
        if (reading instanceof Reading.Bad<S> bad) {
            quarantined.put(key, new QuarantinedKey(key, kv.modRevision(), bad.reason()));
            return;
        }
        quarantined.remove(key);
        if (reading instanceof Reading.Good<S> good) {
            boolean other =
                    !newEpoch && !returned && previous != null && previous.createRevision() != kv.createRevision();
            show(last, good.entry(), other, newEpoch || returned);
        }
    }

    /** A key is held once, however often it is written. */
    private static KeyValue withKeyOf(KeyValue known, KeyValue kv) {
        return new KeyValue(known.key(), kv.value(), kv.createRevision(), kv.modRevision(), kv.version(), kv.lease());
    }

    private void show(@Nullable S last, S entry, boolean otherIncarnation, boolean rebased) {
        S next = entry;
        if (last == null) {
            changes.add(new Change.Up<>(entry));
        } else if (otherIncarnation) {
            next = firstSeenNow(entry);
            changes.add(new Change.Down<>(last, DownCause.UNKNOWN, entry.modRevision()));
            changes.add(new Change.Up<>(next));
        } else if (rebased ? !reader.sameContent(last, entry) : reader.tells(last, entry)) {
            changes.add(new Change.Updated<>(last, entry));
        }
        shown.put(next.key(), next);
    }

    private S firstSeenNow(S entry) {
        KeyValue kv = truth.get(entry.key());
        return kv != null && read(kv, entry, at.wall()) instanceof Reading.Good<S> again ? again.entry() : entry;
    }

    private Reading<S> read(KeyValue kv, @Nullable S last, Instant firstSeen) {
        try {
            return reader.read(kv, last, firstSeen);
        } catch (RuntimeException e) {
            return new Reading.Bad<>("the reader failed: " + e);
        }
    }

    /**
     * The keys of those that seem to have expired, where they are too many of their group to be believed at once.
     *
     * @param there what is there at the end, so that a hold or a loss of before does not count
     */
    private Set<Bytes> guarded(List<S> gone, Set<Bytes> there) {
        if (!rules.guarded() || gone.isEmpty()) {
            return Set.of();
        }
        Map<String, Set<Bytes>> expired = new HashMap<>();
        Set<Bytes> keysGone = new HashSet<>();
        for (S last : gone) {
            keysGone.add(last.key());
            if (mayBeExpiry(last, reader.cause(last))) {
                expired.computeIfAbsent(reader.group(last), group -> new HashSet<>())
                        .add(last.key());
            }
        }
        Set<Bytes> guarded = new HashSet<>();
        expired.forEach((group, keys) -> {
            if (tooMany(group, keys, keysGone, there)) {
                guarded.addAll(keys);
            }
        });
        return guarded;
    }

    private boolean tooMany(String group, Set<Bytes> expired, Set<Bytes> gone, Set<Bytes> there) {
        Set<Bytes> lost = new HashSet<>(expired);
        KeyOrder<Loss> earlier = losses.done();
        for (int i = 0; i < earlier.size(); i++) {
            if (earlier.valueAt(i).group().equals(group) && !there.contains(earlier.keyAt(i))) {
                lost.add(earlier.keyAt(i));
            }
        }
        if (lost.size() < GuardRules.FEWEST) {
            return false;
        }
        int left = 0;
        KeyOrder<S> now = before.shown();
        for (int i = 0; i < now.size(); i++) {
            Bytes key = now.keyAt(i);
            if (!lost.contains(key)
                    && !gone.contains(key)
                    && (holds.peek(key) == null || there.contains(key))
                    && reader.group(now.valueAt(i)).equals(group)) {
                left++;
            }
        }
        return lost.size() > left;
    }

    private boolean mayBeExpiry(S last, DownCause cause) {
        return cause != DownCause.DEREGISTERED && !last.lease().isNone();
    }

    private void lose(S last, DownCause cause, long goneAt, boolean guard) {
        boolean expiry = mayBeExpiry(last, cause);
        if (expiry) {
            losses.put(last.key(), new Loss(reader.group(last), at.nanos()));
        }
        if (guard) {
            hold(last, Hold.Kind.GUARD, cause, goneAt);
        } else if (expiry && rules.grace() > 0) {
            hold(last, Hold.Kind.GRACE, cause, goneAt);
        } else {
            down(last, cause, goneAt);
        }
    }

    private void hold(S last, Hold.Kind kind, DownCause cause, long goneAt) {
        long deadline = at.nanos() + rules.length(kind);
        holds.put(last.key(), new Hold(kind, deadline, at.nanos() + rules.bound(), cause, goneAt));
    }

    private void down(S last, DownCause cause, long goneAt) {
        shown.remove(last.key());
        holds.remove(last.key());
        changes.add(new Change.Down<>(last, cause, goneAt));
    }

    /**
     * Shows the losses whose hold is over. Who stood still over its end may not have heard yet who returned meanwhile, and waits anew, within the bound.
     *
     * @param certain whether the last proof is young enough for time alone to end a hold
     * @param checked a question asked then was answered: who had returned by then would be known
     */
    void release(boolean certain, long checked) {
        KeyOrder<Hold> held = holds.done();
        for (int i = 0; i < held.size(); i++) {
            Hold hold = held.valueAt(i);
            boolean sure = checked - hold.deadline() >= 0 || at.nanos() - hold.latest() >= 0;
            S last = sure || certain ? shown.get(held.keyAt(i)) : null;
            long over = at.nanos() - hold.deadline();
            if (last != null && !sure && over > SnapshotReducer.ABSENCE) {
                holdAnew(held.keyAt(i), hold);
            } else if (last != null && over >= 0) {
                down(last, hold.cause(), hold.revision());
            }
        }
    }

    /**
     * Gives what is held its whole time again, within the bound: while the store was away no owner could return.
     *
     * @param away for how long it was, which does not count
     */
    void holdAnew(long away) {
        KeyOrder<Hold> held = holds.done();
        for (int i = 0; i < held.size(); i++) {
            Hold hold = held.valueAt(i);
            // What was lost only now was not held while the store was away.
            long left = Math.min(hold.latest() - at.nanos() + away, rules.bound());
            holdAnew(held.keyAt(i), hold.atLatest(at.nanos() + left));
        }
    }

    private void holdAnew(Bytes key, Hold hold) {
        holds.put(key, hold.until(at.nanos() + rules.length(hold.kind())));
    }
}
