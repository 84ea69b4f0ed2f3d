package dev.rollcall.simulation;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.keyspace.Decoded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Holds each snapshot of a view against the histories of the store. */
final class ViewCheck {

    private final Checks checks;
    private final Consumer consumer;
    private final Bytes from;
    private final Bytes to;
    private final Map<Bytes, Long> heldSince = new HashMap<>();
    private List<Candidate> candidates = List.of();
    private @Nullable Snapshot last;
    private @Nullable String mismatch;
    private int known;

    /** A history that the view may show, and what it was like at the view's revision. */
    private static final class Candidate {
        final Epoch epoch;
        final TreeMap<Bytes, KeyValue> keys = new TreeMap<>();
        long revision = 1;

        Candidate(Epoch epoch) {
            this.epoch = epoch;
        }

        boolean advance(long to) {
            if (to > epoch.revision()) {
                return false;
            }
            while (revision < to) {
                revision++;
                Epoch.apply(keys, epoch.commit(revision));
            }
            return true;
        }
    }

    ViewCheck(Checks checks, Consumer consumer) {
        this.checks = checks;
        this.consumer = consumer;
        this.from = Bytes.utf8("services/" + consumer.service + "/");
        this.to = Bytes.utf8("services/" + consumer.service + "0");
    }

    /** Whether the view may show this history. */
    boolean mayShow(Epoch epoch) {
        if (last != null) {
            adopt(last);
        }
        return candidates.stream().anyMatch(each -> each.epoch == epoch);
    }

    /** Whether it may show this history as it was at a revision or later. */
    private boolean hasCome(Epoch epoch, long wanted) {
        return mayShow(epoch)
                && candidates.stream().anyMatch(each -> each.epoch == epoch && each.revision >= Math.max(1, wanted));
    }

    void look(Snapshot snapshot) {
        Snapshot before = last;
        if (snapshot == before || !snapshot.known()) {
            return;
        }
        last = snapshot;
        lookAtHolds(snapshot);
        checks.trace(
                consumer.host, () -> "shows " + snapshot + " " + snapshot.instances() + " held " + snapshot.held());
        checks.check(
                snapshot.freshness() != Freshness.STALE || !checks.isSmooth(consumer.host),
                "V10_HONEST_FRESHNESS",
                () -> consumer.host.name + " says that it is stale, though nothing is wrong: " + snapshot);
        boolean changed = before == null
                || before.instances() != snapshot.instances()
                || before.revision() != snapshot.revision()
                || before.epoch() != snapshot.epoch()
                || before.quarantined() != snapshot.quarantined();
        if (!changed) {
            return;
        }
        checks.event();
        if (before == null || before.epoch() != snapshot.epoch()) {
            begin(before, snapshot);
        } else {
            checks.check(
                    snapshot.revision() >= before.revision(),
                    "V2_NO_TIME_TRAVEL",
                    () -> consumer.host.name + ": " + before + " -> " + snapshot);
            adopt(before);
            candidates = candidates.stream()
                    .filter(each -> each.advance(snapshot.revision()))
                    .toList();
        }
        if (before != null && before.instances() != snapshot.instances()) {
            long heard = checks.heard(consumer.host);
            checks.check(
                    checks.scheduler.now() - heard < 10 * Scheduler.SECOND,
                    "V11_AWAY_UNCHANGED",
                    () -> consumer.host.name + " heard nothing and shows something else: " + before + " -> "
                            + snapshot);
        }
        if (checks.mayLack(consumer.host)) {
            return;
        }
        List<Candidate> possible = candidates;
        candidates = possible.stream().filter(each -> matches(each, snapshot)).toList();
        checks.check(
                !candidates.isEmpty(),
                vanishes(before, snapshot, possible) ? "V5_NO_PHANTOM_DOWN" : "V3_WHOLE_REVISION",
                () -> consumer.host.name + " shows what no history was like: " + mismatch + "; " + snapshot + " "
                        + snapshot.instances() + " held " + snapshot.held() + " before " + before);
    }

    /** For how long a key was held, if it is held or was so until it went. */
    long heldFor(Bytes key) {
        return checks.scheduler.now() - heldSince.getOrDefault(key, checks.scheduler.now());
    }

    private void lookAtHolds(Snapshot snapshot) {
        Set<Bytes> held = new HashSet<>();
        snapshot.held().forEach(each -> held.add(Checks.bytes(each.key())));
        held.forEach(key -> heldSince.putIfAbsent(key, checks.scheduler.now()));
        snapshot.instances().stream()
                .map(each -> Checks.bytes(each.key()))
                .filter(key -> !held.contains(key))
                .forEach(heldSince::remove);
    }

    /** Whether something is shown no more that, by every history, is there as it was. */
    private boolean vanishes(@Nullable Snapshot before, Snapshot snapshot, List<Candidate> possible) {
        if (!candidates.isEmpty() || possible.isEmpty() || before == null) {
            return false;
        }
        List<DiscoveredInstance> gone = new ArrayList<>(before.instances());
        gone.removeIf(each ->
                snapshot.instances().stream().anyMatch(other -> other.key().equals(each.key())));
        return gone.stream()
                .anyMatch(each -> possible.stream().allMatch(history -> {
                    KeyValue there = history.keys.get(Checks.bytes(each.key()));
                    return there != null
                            && there.createRevision() == each.createRevision()
                            && checks.decode(there) instanceof Decoded.Readable;
                }));
    }

    private void begin(@Nullable Snapshot before, Snapshot snapshot) {
        checks.check(
                before == null || snapshot.epoch() == before.epoch() + 1,
                "V2_NO_TIME_TRAVEL",
                () -> consumer.host.name + " skips epochs: " + before + " -> " + snapshot);
        List<Candidate> all = new ArrayList<>();
        for (Epoch epoch : checks.epochs()) {
            Candidate candidate = new Candidate(epoch);
            if (candidate.advance(snapshot.revision())) {
                all.add(candidate);
            }
        }
        candidates = all;
        known = checks.epochs().size();
    }

    /** Histories that began since then, and were the same at the view's revision or came to the same later. */
    private void adopt(Snapshot before) {
        List<Candidate> all = new ArrayList<>(candidates);
        for (; known < checks.epochs().size(); known++) {
            Candidate candidate = new Candidate(checks.epochs().get(known));
            if (candidate.advance(before.revision())
                    && (checks.mayLack(consumer.host)
                            || matches(candidate, before)
                            || seemsToFollow(candidate, before)
                            || cameToTheSame(candidate, before))) {
                all.add(candidate);
            }
        }
        candidates = all;
    }

    /**
     * Whether the process cannot tell that the history is another one: what could show it is compacted, or was in the history before, as it has heard, so that
     * it does not ask; and neither term nor revision is below any that it heard of.
     * An election that nobody told it of before the store was replaced tells it nothing: no reader of a store promises to notice by a term that it never
     * saw. What it shows then is still held against the new history: all that is gone from it must be held back.
     */
    private boolean seemsToFollow(Candidate candidate, Snapshot before) {
        Epoch epoch = candidate.epoch;
        Network.Heard heard = epoch.heardBefore(consumer.host);
        boolean forgotten = heard.compacted() > before.revision() && heard.revision() <= epoch.revision();
        return (forgotten || epoch.compacted() > before.revision()) && heard.term() <= epoch.term();
    }

    /**
     * Whether the history had another past at the view's revision, and then came to the very keys and leases that the view shows, without falling below
     * what the process has heard of. Nothing that is true now gives it away: the view asks for the range as it was when the store last said that nothing
     * is to come, which may be later than its revision, and gets what it shows.
     */
    private boolean cameToTheSame(Candidate candidate, Snapshot before) {
        Epoch epoch = candidate.epoch;
        Network.Heard heard = epoch.heardBefore(consumer.host);
        if (epoch.revision() < heard.revision() || epoch.term() < heard.term()) {
            return false;
        }
        while (candidate.advance(candidate.revision + 1)) {
            if (matches(candidate, before)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(Candidate candidate, Snapshot snapshot) {
        Map<Bytes, DiscoveredInstance> shown = new HashMap<>();
        snapshot.instances().forEach(each -> shown.put(Checks.bytes(each.key()), each));
        Map<Bytes, Boolean> quarantined = new HashMap<>();
        snapshot.quarantined().forEach(each -> quarantined.put(Checks.bytes(each.key()), true));
        for (Bytes key : quarantined.keySet()) {
            if (!isInRange(key)) {
                mismatch = "outside of the service: " + key;
                return false;
            }
        }
        for (KeyValue kv : candidate.keys.subMap(from, to).values()) {
            if (!isOfService(kv)) {
                continue;
            }
            DiscoveredInstance there = shown.remove(kv.key());
            if (checks.decode(kv) instanceof Decoded.Readable readable) {
                if (there == null
                        || there.createRevision() != kv.createRevision()
                        || there.modRevision() != kv.modRevision()
                        || !there.instance().equals(readable.instance())) {
                    mismatch = "epoch " + candidate.epoch.number + " has " + kv + ", shown " + there;
                    return false;
                }
            } else if (!quarantined.containsKey(kv.key())) {
                mismatch = "not quarantined: " + kv;
                return false;
            }
        }
        snapshot.held().forEach(each -> shown.remove(Checks.bytes(each.key())));
        if (!shown.isEmpty()) {
            mismatch = "epoch " + candidate.epoch.number + " does not have " + shown;
        }
        return shown.isEmpty();
    }

    private boolean isOfService(KeyValue kv) {
        return Registrant.KEYSPACE
                .identify(dev.rollcall.etcd.Bytes.of(kv.key().array()))
                .map(identity -> identity.service().equals(consumer.service))
                .orElse(true);
    }

    private boolean isInRange(Bytes key) {
        return key.compareTo(from) >= 0 && key.compareTo(to) < 0;
    }

    /** While all is well: it has heard of everything that is older than this. */
    void fresh(Epoch epoch, long olderThan) {
        Snapshot snapshot = consumer.snapshot();
        long revision = epoch.revision();
        while (revision > 1 && (epoch.time(revision) > olderThan || !touches(epoch, revision))) {
            revision--;
        }
        long wanted = revision;
        checks.check(
                snapshot.known() && (hasCome(epoch, wanted) || lacksNothing(epoch, snapshot)),
                "V16_FRESHNESS",
                () -> consumer.host.name + " has not heard of revision " + wanted + ": " + snapshot);
    }

    /** Where events were left out, what came and went again unseen leaves nothing behind that an audit could find. */
    private boolean lacksNothing(Epoch epoch, Snapshot snapshot) {
        return checks.losesEvents() && showsPresent(epoch, snapshot);
    }

    private boolean showsPresent(Epoch epoch, Snapshot snapshot) {
        Candidate now = new Candidate(epoch);
        now.advance(epoch.revision());
        return matches(now, snapshot);
    }

    private boolean touches(Epoch epoch, long revision) {
        for (KeyValue change : epoch.commit(revision).changes()) {
            if (isInRange(change.key())) {
                return true;
            }
        }
        return false;
    }

    /** At rest: it shows what the store has, and says that it is live. */
    void converged(Epoch epoch) {
        Snapshot snapshot = consumer.snapshot();
        look(snapshot);
        String what = consumer.host.name + ": " + snapshot + " held " + snapshot.held();
        checks.check(snapshot.held().isEmpty(), "V12_GUARD_ENDS", () -> "still held at rest: " + what);
        checks.check(
                snapshot.known() && snapshot.freshness() == Freshness.LIVE,
                "V10_HONEST_FRESHNESS",
                () -> "not live at rest: " + what);
        checks.check(showsPresent(epoch, snapshot), "V1_CONVERGENCE", () -> what + ": " + mismatch);
    }
}
