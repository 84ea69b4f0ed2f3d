package dev.rollcall.simulation;

import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.registration.RegistrationState;
import dev.rollcall.registration.SimulatedRegistrar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must always be true, against the store's own history: registration here, views in {@link ViewCheck} and {@link ListenerCheck}. */
final class Checks implements Cluster.Witness {

    private static final long LEASE = 3 * Scheduler.SECOND;
    private static final long SWAPPED = 3 * Scheduler.SECOND;
    /** A key whose write is under way is moved once that is answered, or given up. */
    private static final long UNANSWERED = 5 * Scheduler.SECOND;
    /** The longest wait of a registrar that was refused (5 s), by a slow clock, and time for the moves. */
    private static final long ASKED_AFTER_REFUSAL = 6 * Scheduler.SECOND;

    private static final int WRITES = 40;
    /** How long a process that stands still may take to hear what a store said before it was put back. */
    private static final long PUT_BACK = 10 * Scheduler.SECOND;

    /** What was under way at a close is looked for for the second time 10 s after it, and afterwards by audits alone. */
    private static final long LOOKED_FOR = 10 * Scheduler.SECOND;
    /** How long before that all must be well, so that nothing is asked into a hole. */
    private static final long WELL = 6 * Scheduler.SECOND;

    /** By how much the clock of a process may be slow over a lease time, and a step late. */
    private static final long EXPIRY_TOLD = 60 * Scheduler.MILLIS;

    final Scheduler scheduler;
    private final World world;
    private final List<Epoch> epochs = new ArrayList<>();
    private final Map<Long, Host> owners = new HashMap<>();
    private final Map<Long, Long> expired = new HashMap<>();
    private final Map<KeyValue, Decoded> decoded = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<KeyValue, Decoded> eldest) {
            return size() > 512;
        }
    };
    private final Map<String, long[]> checked = new HashMap<>();
    private long events;
    private final Map<Host, Long> reached = new HashMap<>();
    private long epochAt;

    Checks(Scheduler scheduler, World world) {
        this.scheduler = scheduler;
        this.world = world;
    }

    void check(boolean holds, String invariant, java.util.function.Supplier<String> story) {
        checked.computeIfAbsent(invariant, absent -> new long[1])[0]++;
        if (!holds) {
            Violation violation = new Violation(invariant, story.get());
            scheduler.stop(violation);
            throw violation;
        }
    }

    /** How often each invariant was looked at. */
    Map<String, long[]> checked() {
        return checked;
    }

    /** A change of the store, of what a view shows, or of what a listener is told is about to be checked. */
    void event() {
        events++;
    }

    long events() {
        return events;
    }

    void trace(Host host, java.util.function.Supplier<String> what) {
        world.cluster.network().trace(host, what);
    }

    boolean mayLack(Host host) {
        return world.mayLack(host);
    }

    boolean losesEvents() {
        return world.plan.losesEvents();
    }

    boolean isSmooth(Host host) {
        return world.isSmooth(host);
    }

    long heard(Host host) {
        return world.cluster.network().traffic(host).lastHeard;
    }

    Epoch epoch() {
        return world.epoch();
    }

    List<Epoch> epochs() {
        return epochs;
    }

    @Nullable Host owner(long lease) {
        return owners.get(lease);
    }

    /** What a value says. */
    Decoded decode(KeyValue kv) {
        return decoded.computeIfAbsent(
                kv,
                each -> Registrant.KEYSPACE.decode(
                        dev.rollcall.etcd.Bytes.of(each.key().array()),
                        dev.rollcall.etcd.Bytes.of(each.value().array())));
    }

    @Override
    public void newEpoch(Epoch epoch) {
        epochs.add(epoch);
        epochAt = scheduler.now();
        reached.clear();
        // A store that is put back may know leases again that ran out.
        expired.clear();
    }

    @Override
    public void granted(long lease, Host actor) {
        owners.put(lease, actor);
    }

    @Override
    public void committed(Epoch epoch, Commit commit, Cluster.Cause cause, @Nullable Host actor, long sentAt) {
        for (KeyValue change : commit.changes()) {
            event();
            KeyValue before = epoch.get(change.key());
            if (cause == Cluster.Cause.CLIENT && actor != null) {
                byClient(change, before, actor, sentAt);
            } else if (cause == Cluster.Cause.EXPIRY && before != null && change.isTombstone()) {
                expired(before);
            } else {
                if (cause == Cluster.Cause.THAWED_LEADER && before != null && change.isTombstone()) {
                    thawed(before);
                }
                world.perturbed(change.key());
            }
        }
    }

    private void byClient(KeyValue change, @Nullable KeyValue before, Host actor, long sentAt) {
        Registrant.Held held = held(actor, change.key());
        if (held == null) {
            check(
                    !actor.isAlive() || world.registrant(actor) == null,
                    "R5_OWNERSHIP",
                    () -> actor.name + " wrote " + change);
            return;
        }
        boolean ours = before == null || owners.get(before.lease()) == actor;
        check(
                ours || (before != null && former(before, held)),
                "R5_OWNERSHIP",
                () -> actor.name + " wrote over another's key: " + before + " -> " + change);
        if (!change.isTombstone()) {
            check(change.lease() != 0, "R9_LEASED", () -> actor.name + " wrote without a lease: " + change);
            if ((held.ended || held.gone) && actor.isAlive()) {
                late(change, held, actor, sentAt);
            }
        } else {
            if (held.closing) {
                held.gone = true;
                held.overAt = Math.min(held.overAt, scheduler.now());
            }
            world.perturbed(change.key());
        }
        long now = scheduler.now();
        if (now - held.writesSince > 10 * Scheduler.SECOND) {
            held.writesSince = now;
            held.writes = 0;
        }
        held.writes++;
        check(held.writes < WRITES, "R10_WRITE_WAR", () -> held.writes + " writes in 10 s on " + change.key());
    }

    /** What was sent before a close was over may arrive later; it is looked for and deleted. */
    private void late(KeyValue change, Registrant.Held held, Host actor, long sentAt) {
        Registrant registrant = world.registrant(actor);
        long over = registrant == null ? held.overAt : registrant.overAt(change.key());
        check(sentAt < over, "R3_NO_RESURRECTION", () -> actor.name + " wrote a key it has closed: " + change);
        long looked = over + LOOKED_FOR;
        if (over != Long.MAX_VALUE && scheduler.now() < looked) {
            swept(change, held, actor, looked - WELL, looked + Scheduler.SECOND);
        } else {
            swept(change, held, actor, scheduler.now(), scheduler.now() + World.AUDITED);
        }
    }

    /** It is gone by then, where nothing was wrong since; else an audit finds it later. */
    private void swept(KeyValue late, Registrant.Held held, Host actor, long since, long by) {
        held.sweptBy = Math.max(held.sweptBy, by);
        scheduler.after(by - scheduler.now(), () -> {
            KeyValue there = world.epoch().get(late.key());
            boolean stands = there != null
                    && there.lease() == late.lease()
                    && there.createRevision() == late.createRevision()
                    && actor.isAlive()
                    && held(actor, late.key()) == held;
            long disturbed = Math.max(world.troubled(actor), epochAt);
            if (stands && disturbed > since) {
                swept(late, held, actor, disturbed, disturbed + World.AUDITED);
            } else {
                check(!stands, "R3_NO_RESURRECTION", () -> actor.name + " did not sweep " + there + " away");
            }
        });
    }

    /** What a process last did with a key; null where it has none of them. */
    private Registrant.@Nullable Held held(@Nullable Host owner, Bytes key) {
        Registrant registrant = owner == null ? null : world.registrant(owner);
        return registrant == null ? null : registrant.last(key);
    }

    /** A leftover of the same endpoint, or what an operator spoiled. */
    private boolean former(KeyValue before, Registrant.Held held) {
        return isFormer(before, held) || (before.lease() == 0 && !(decode(before) instanceof Decoded.Readable));
    }

    /**
     * Long enough after an election nothing hangs on a lease any more that a leader from before it can revoke. A store that has no space grants no lease to
     * move to, and a registrar that was refused asks it about once in 4 s: that it has space again is not promised to be noticed sooner.
     */
    private void thawed(KeyValue before) {
        Host owner = owners.get(before.lease());
        Registrant.Held held = held(owner, before.key());
        if (owner != null && held != null && owner.isAlive() && held.isOpen()) {
            long excused = Math.max(world.unreachable(owner), owner.pausedUntil());
            long written = Math.max(world.perturbedAt(before.key()), held.changedAt);
            check(
                    scheduler.now() - Math.max(excused, written + UNANSWERED) < SWAPPED
                            || scheduler.now() - world.cluster.refusedUntil() < ASKED_AFTER_REFUSAL,
                    "R1_SWAPPED",
                    () -> before.key() + " of " + owner.name + " still hung on a lease of the term before");
        }
    }

    private void expired(KeyValue before) {
        Host owner = owners.get(before.lease());
        Registrant.Held held = held(owner, before.key());
        if (owner == null || held == null || !owner.isAlive()) {
            return;
        }
        world.perturbed(before.key());
        expired.put(before.lease(), scheduler.now());
        if (held.isOpen() && SimulatedRegistrar.claimed(held.registration) == before.lease()) {
            long excused = Math.max(world.unreachable(owner), owner.pausedUntil());
            check(
                    scheduler.now() - excused < LEASE + 2 * Scheduler.SECOND,
                    "R1_PRESENCE",
                    () -> "the lease of " + before.key() + " ran out though " + owner.name + " could renew it");
            scheduler.after(EXPIRY_TOLD, () -> {
                if (owner.isAlive() && !owner.isPaused()) {
                    fenced(owner, held);
                }
            });
        }
    }

    /** After each step of a process: what it says of its registrations. */
    void look(Registrant registrant) {
        for (Registrant.Held held : registrant.all()) {
            RegistrationState state = held.registration.state();
            if (state == RegistrationState.LOST && held.state != state) {
                lost(registrant.host, held);
            }
            held.state = state;
            if (state == RegistrationState.REGISTERED) {
                fenced(registrant.host, held);
            }
        }
    }

    private void fenced(Host host, Registrant.Held held) {
        held.claimed = SimulatedRegistrar.claimed(held.registration);
        Long ended = expired.get(held.claimed);
        check(
                ended == null || scheduler.now() - ended < EXPIRY_TOLD,
                "R6_FENCING",
                () -> host.name + " still says that " + held.key + " is registered, its lease has run out");
    }

    /** Whether a process has a member that can serve it. */
    void reaches(Host host, boolean any) {
        if (any && !host.isPaused()) {
            reached.putIfAbsent(host, scheduler.now());
        } else if (scheduler.now() - reached.getOrDefault(host, 0L) < PUT_BACK) {
            // It had no time yet to come back.
            reached.remove(host);
        }
    }

    /** A store that is put back may hold the key under a lease from before the one that is lost: who was cut off since learns of it when it is back. */
    private void lost(Host host, Registrant.Held held) {
        Long since = reached.get(host);
        if (since == null || scheduler.now() - since < PUT_BACK) {
            return;
        }
        KeyValue there = world.epoch().get(held.key);
        check(
                there == null
                        || there.lease() != held.claimed
                        || !world.leaseLives(there.lease())
                        || !isLastValue(there, held),
                "R1_GIVEN_UP",
                () -> host.name + " says that " + there + " is lost (" + held.registration.reason() + ")");
    }

    /** A close has ended: its key is gone, or hangs on a lease that runs out. A store that is restored gives it, and its lease, another time. */
    void closed(Host host, Registrant.Held held) {
        long bound = LEASE + 2 * Scheduler.SECOND;
        scheduler.after(bound, () -> {
            long disturbed = Math.max(world.unreachable(host), Math.max(host.pausedUntil(), epochAt));
            if (scheduler.now() - disturbed < bound) {
                closed(host, held);
                return;
            }
            KeyValue there = world.epoch().get(held.key);
            boolean ours = there != null && owners.get(there.lease()) == host && held(host, held.key) == held;
            boolean excused = !host.isAlive() || scheduler.now() < held.sweptBy;
            check(!ours || excused, "R7_GONE", () -> host.name + " has closed what is still there: " + there);
        });
    }

    /** At rest: every registration stands, as its owner last said. */
    void registrationsStand(long calm) {
        long now = scheduler.now();
        for (Registrant registrant : world.registrants()) {
            Host host = registrant.host;
            for (Registrant.Held held : registrant.all()) {
                boolean disturbed = now - Math.max(held.changedAt, world.perturbedAt(held.key)) < calm
                        || now - Math.max(world.unreachable(host), host.pausedUntil()) < calm
                        || world.mayLack(host);
                if (!held.isOpen() || disturbed) {
                    continue;
                }
                KeyValue there = world.epoch().get(held.key);
                Host owner = there == null ? null : owners.get(there.lease());
                boolean contended = (owner != null && owner != host && owner.isAlive()) || isStrangers(there, held);
                if (contended) {
                    continue;
                }
                check(
                        there != null,
                        "R2_RETURN",
                        () -> host.name + " is not registered: " + held.key + ", it says " + held.registration.state()
                                + " (" + held.registration.reason() + ")");
                if (there != null) {
                    stands(held, there, host);
                }
            }
        }
    }

    /** A key without a lease that was not ours before is not ours to take: its owner goes on trying, and says so. */
    private boolean isStrangers(@Nullable KeyValue there, Registrant.Held held) {
        return there != null
                && there.lease() == 0
                && held.registration.state() == RegistrationState.REGISTERING
                && !isFormer(there, held);
    }

    private boolean isFormer(KeyValue there, Registrant.Held held) {
        Instance mine = held.registration.instance();
        return decode(there) instanceof Decoded.Readable readable
                && readable.instance().hasEndpoint()
                && readable.instance().endpoint().equals(mine.endpoint());
    }

    private void stands(Registrant.Held held, KeyValue there, Host host) {
        check(
                owners.get(there.lease()) == host && world.leaseLives(there.lease()),
                "R1_PRESENCE",
                () -> "not under a lease of " + host.name + ": " + there);
        check(
                SimulatedRegistrar.claimed(held.registration) == there.lease(),
                "R2_RETURN",
                () -> host.name + " does not know that it is registered: " + held.registration.state() + " ("
                        + held.registration.reason() + ")");
        check(
                isLastValue(there, held),
                "R4_LAST_VALUE",
                () -> "not the last value of " + host.name + ": " + there + ", " + held.registration.instance());
    }

    private boolean isLastValue(KeyValue there, Registrant.Held held) {
        return decode(there) instanceof Decoded.Readable readable
                && readable.instance().equals(held.registration.instance());
    }

    /** At rest: nothing of the dead and the closed is left, and nobody has leases to spare. */
    void nothingIsLeft() {
        Map<Host, Integer> leases = new LinkedHashMap<>();
        for (KeyValue kv : world.epoch().now().values()) {
            Host owner = owners.get(kv.lease());
            if (kv.lease() != 0 && owner != null) {
                Registrant.Held held = held(owner, kv.key());
                check(
                        owner.isAlive() && held != null && (held.isOpen() || scheduler.now() < held.sweptBy),
                        "R7_GONE",
                        () -> "a key of the dead or closed: " + kv + " of " + owner.name);
            }
        }
        for (long lease : world.leases()) {
            Host owner = owners.get(lease);
            if (owner != null) {
                int count = leases.merge(owner, 1, Integer::sum);
                check(
                        owner.isAlive() && count <= 1,
                        "R8_NO_LEAK",
                        () -> owner.name + " has " + count + " leases, alive: " + owner.isAlive());
            }
        }
    }

    static Bytes bytes(dev.rollcall.etcd.Bytes bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }
}
