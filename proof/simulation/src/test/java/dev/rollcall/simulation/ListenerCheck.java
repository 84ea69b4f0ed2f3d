package dev.rollcall.simulation;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.ResyncCause;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.keyspace.Decoded;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Holds what a listener is told against the language of its calls, and against the histories of the store. */
final class ListenerCheck implements SnapshotListener {

    private static final long HOLD = 7 * Scheduler.SECOND;
    /** However often the store is replaced, and goes. */
    private static final long LONGEST_HOLD = 3 * HOLD;

    private final Checks checks;
    private final Consumer consumer;
    private final TreeMap<Bytes, DiscoveredInstance> told = new TreeMap<>();
    private final Map<Bytes, Long> newest = new HashMap<>();
    private boolean begun;
    private long epochAt = -HOLD;
    private long relisted;
    private long lossRevision;
    private int losses;
    private int shownBefore;

    ListenerCheck(Checks checks, Consumer consumer) {
        this.checks = checks;
        this.consumer = consumer;
    }

    private void check(boolean holds, String invariant, java.util.function.Supplier<String> story) {
        checks.check(holds, invariant, () -> consumer.host.name + ": " + story.get());
    }

    @Override
    public void initial(Snapshot snapshot) {
        check(!begun, "V9_LATE_LISTENER", () -> "begun twice");
        begun = true;
        snapshot.instances().forEach(this::up);
        // Entries that are held, or whose value cannot be read now, may be of the history before, whose revisions say
        // nothing now.
        snapshot.held().forEach(each -> newest.remove(Checks.bytes(each.key())));
        snapshot.quarantined().forEach(each -> newest.remove(Checks.bytes(each.key())));
    }

    @Override
    public void up(DiscoveredInstance instance) {
        Bytes key = Checks.bytes(instance.key());
        check(told.put(key, instance) == null, "V4_LANGUAGE", () -> "up twice: " + instance);
        written(key, instance);
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance after) {
        Bytes key = Checks.bytes(after.key());
        DiscoveredInstance known = told.put(key, after);
        checks.trace(consumer.host, () -> "updated " + before + " -> " + after);
        check(
                known != null && known.instance().equals(before.instance()),
                "V4_LANGUAGE",
                () -> "updated from what was not told: " + before + " -> " + after + ", told " + known);
        check(!before.instance().equals(after.instance()), "V4_LANGUAGE", () -> "no update: " + after);
        written(key, after);
    }

    private void written(Bytes key, DiscoveredInstance instance) {
        checks.event();
        boolean wrote = false;
        for (Epoch epoch : checks.epochs()) {
            KeyValue change = epoch.change(instance.modRevision(), key);
            wrote |= change != null
                    && !change.isTombstone()
                    && checks.decode(change) instanceof Decoded.Readable readable
                    && readable.instance().equals(instance.instance());
        }
        check(wrote, "V6_NO_PHANTOM_UP", () -> "never written: " + instance);
        Long before = newest.put(key, instance.modRevision());
        check(
                before == null || before < instance.modRevision(),
                "V8_ONCE",
                () -> "told of " + instance + " after revision " + before);
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        checks.event();
        Bytes key = Checks.bytes(last.key());
        Epoch epoch = checks.epoch();
        mass(epoch, revision);
        DiscoveredInstance known = told.remove(key);
        check(
                known != null && known.instance().equals(last.instance()),
                "V4_LANGUAGE",
                () -> "down of what was not told: " + last + ", told " + known);
        KeyValue there = epoch.get(key);
        boolean lives = there != null
                && there.createRevision() == last.createRevision()
                && there.createRevision() <= revision
                && checks.decode(there) instanceof Decoded.Readable;
        check(
                !lives || !consumer.check.mayShow(epoch),
                "V5_NO_PHANTOM_DOWN",
                () -> "down of " + last + " at " + revision + " (" + cause + "), but it is there: " + there);
        // Who was not told of everything cannot count what was lost at once.
        if (consumer.guarded && !checks.mayLack(consumer.host)) {
            KeyValue change = epoch.change(revision, key);
            boolean deleted = change != null && change.isTombstone();
            boolean cameAnew = change != null && change.createRevision() != last.createRevision();
            // Seen to say goodbye, and away later, by what the view takes for the same history.
            boolean left = cause == DownCause.DEREGISTERED && last.instance().status() == InstanceStatus.LEAVING;
            check(
                    deleted
                            || left
                            || revision == relisted
                            || cameAnew
                            || checks.scheduler.now() - epochAt > HOLD
                            || consumer.check.heldFor(key) > LONGEST_HOLD,
                    "V12_GUARD_HOLDS",
                    () -> "down at once after a new epoch: " + last + " at " + revision + " (" + cause + ")");
            boolean massive = losses >= 3 && losses * 2 > shownBefore && cause == DownCause.EXPIRED && deleted;
            check(
                    !massive || checks.scheduler.now() - epoch.time(revision) > HOLD,
                    "V12_GUARD_HOLDS",
                    () -> losses + " of " + shownBefore + " shown as down at once at " + revision);
        }
    }

    /** How many of those shown went with one revision, and without a word. */
    private void mass(Epoch epoch, long revision) {
        if (revision == lossRevision || revision < 2 || revision > epoch.revision()) {
            return;
        }
        lossRevision = revision;
        shownBefore = told.size();
        losses = 0;
        for (KeyValue change : epoch.commit(revision).changes()) {
            DiscoveredInstance known = told.get(change.key());
            if (change.isTombstone() && known != null && known.instance().status() != InstanceStatus.LEAVING) {
                losses++;
            }
        }
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        checks.trace(consumer.host, () -> "resynced " + cause + " " + snapshot + " told to " + hashCode());
        // What a list within the same history lacks went meanwhile, and is shown unless it is a mass.
        relisted = cause.newEpoch() ? 0 : snapshot.revision();
        if (cause.newEpoch()) {
            epochAt = checks.scheduler.now();
            newest.clear();
            lossRevision = 0;
        }
    }

    /** At rest: what was told adds up to what is shown. */
    void converged() {
        Snapshot snapshot = consumer.snapshot();
        boolean same = begun && told.size() == snapshot.instances().size();
        for (DiscoveredInstance instance : snapshot.instances()) {
            DiscoveredInstance known = told.get(Checks.bytes(instance.key()));
            same &= known != null && known.instance().equals(instance.instance());
        }
        check(same, "V7_LAST_STATE", () -> "told " + told.values() + ", shown " + snapshot.instances());
    }
}
