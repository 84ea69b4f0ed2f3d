package dev.rollcall.registration;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.Backoff;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.SerialExecutor;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the loops of one registrar share. Everything but the final fields belongs to {@link #serial}. */
final class RegistrarLoop {

    /** More tasks than these never wait: a key has one call, one timer and one update under way at most. */
    private static final int TASKS = 1 << 20;

    private static final long WENT_BACK_ONCE = TimeUnit.SECONDS.toNanos(5);
    private static final int LEASES_REMEMBERED = 64;
    private static final long SWEEP_AFTER = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);

    /** Short enough to be there within 2 s of the store's return. */
    private static final Backoff AWAY = Backoff.of(FIRST_RETRY, Duration.ofSeconds(1));

    /** It answers, and says no: somebody must change something first, and a few seconds more do not matter. */
    private static final Backoff REFUSING = Backoff.of(FIRST_RETRY, Duration.ofSeconds(5));

    final EtcdClient client;
    final Keyspace keyspace;
    final RegistrarSettings settings;
    final Executor listeners;
    final SerialExecutor serial;
    final Timer timer;
    final TimeSource time;
    final Trouble trouble;
    final KeyCalls calls;
    final ClaimLog log = new ClaimLog(this);
    final RetryRounds retries = new RetryRounds(this);
    final OverlaySweep overlays;

    private final RandomSource random;
    private final Map<Duration, LeaseLoop> leases = new HashMap<>();
    private final Set<LeaseId> ourLeases = new LinkedHashSet<>();
    private final AtomicLong auditDifferences = new AtomicLong();
    private int watches;
    private boolean wentBack;
    private long wentBackAt;

    RegistrarLoop(
            EtcdClient client,
            Keyspace keyspace,
            RegistrarSettings settings,
            Executor threads,
            Executor listeners,
            Timer timer,
            TimeSource time,
            RandomSource random) {
        this.client = client;
        this.keyspace = keyspace;
        this.settings = settings;
        this.listeners = listeners;
        this.timer = timer;
        this.time = time;
        this.random = random;
        this.trouble = new Trouble(time);
        this.serial = new SerialExecutor(threads, TASKS);
        this.calls = new KeyCalls(client.kv(), serial, trouble);
        this.overlays = new OverlaySweep(client.kv());
    }

    /** The lease of a lease time. */
    LeaseLoop lease(Duration leaseTime) {
        return leases.computeIfAbsent(leaseTime, time -> new LeaseLoop(this, time));
    }

    Collection<LeaseLoop> leases() {
        return leases.values();
    }

    /** Runs a task on the serial executor after a while. */
    Timer.Handle after(long nanos, Runnable task) {
        return timer.schedule(nanos, () -> serial.offer(task));
    }

    /** How long to wait after so many failures in a row, in nanoseconds: up to 1 s where the store is away, 5 s where it refuses, with jitter. */
    long backoff(int failures, boolean refused) {
        Backoff kind = refused ? REFUSING : AWAY;
        return new Backoff(kind.firstNanos(), kind.maxNanos(), failures - 1).delayNanos(random);
    }

    /** A random time below a bound, in nanoseconds. */
    long spread(Duration bound) {
        return random.below(bound.toNanos());
    }

    /** A time that is up to a fifth longer or shorter, so that many processes do not do the same at once; in nanoseconds. */
    long jittered(Duration time) {
        long fifth = time.toNanos() / 5;
        return time.toNanos() - fifth + random.below(2 * fifth + 1);
    }

    /** Tells the observer. From any thread. */
    void observed(Observation event) {
        settings.observer.observed(event);
    }

    /** An audit found keys that are not there as we left them, each with the revision it was believed to have. */
    void auditMissed(LeaseId lease, Map<ClaimLoop, Long> missed) {
        if (!missed.isEmpty()) {
            auditDiffered(lease, missed.size());
            missed.forEach((claim, believed) -> claim.feed(new ClaimEvent.Missed(believed)));
        }
    }

    /** An audit found keys that were not as they were believed to be. */
    void auditDiffered(LeaseId lease, int keys) {
        auditDifferences.addAndGet(keys);
        observed(new Observation.AuditDifference("lease " + lease, keys));
    }

    /** How many keys audits found different so far. From any thread. */
    long auditDifferences() {
        return auditDifferences.get();
    }

    /** Remembers that a lease was granted to us. Of those that are not in use any more the oldest is forgotten. */
    void ours(LeaseId lease) {
        ourLeases.add(lease);
        if (ourLeases.size() > LEASES_REMEMBERED) {
            Set<LeaseId> inUse = new HashSet<>();
            leases.values().forEach(each -> inUse.addAll(each.current()));
            ourLeases.stream().filter(each -> !inUse.contains(each)).findFirst().ifPresent(ourLeases::remove);
        }
    }

    /** Takes one of the places for watches of single keys, as long as there are any. */
    boolean takeWatch() {
        if (watches >= settings.watched) {
            return false;
        }
        watches++;
        return true;
    }

    void returnWatch() {
        watches--;
    }

    /** A break was mended, or something looks odd: compares all keys with what is believed of them. */
    void auditSoon() {
        leases.values().forEach(LeaseLoop::auditSoon);
    }

    /** An instance was deregistered: what operators said of it is taken away with it, soon and together with others. */
    void left(HeldRegistration one) {
        one.incarnation()
                .map(incarnation ->
                        new OverlaySweep.Ended(one.key(), one.instance().identity(), incarnation))
                .filter(overlays::add)
                .ifPresent(first -> after(SWEEP_AFTER, overlays::sweep));
    }

    /** The store is not the one it was: nothing that is known of it counts. Every watch tells so; the first is enough. */
    void storeWentBack() {
        long now = time.nanos();
        if (!wentBack || now - wentBackAt > WENT_BACK_ONCE) {
            wentBack = true;
            wentBackAt = now;
            leases.values().forEach(LeaseLoop::storeWentBack);
        }
    }

    /** Says whose a key is that the store showed. */
    Sighting sight(long asOf, @Nullable KeyValue kv, Instance mine) {
        if (kv == null) {
            return Sighting.nothing(asOf);
        }
        Sighting.Owner owner = Sighting.Owner.OTHER;
        if (!kv.lease().isNone() && ourLeases.contains(kv.lease())) {
            owner = Sighting.Owner.US;
        } else if (decode(kv) instanceof Decoded.Readable found && sameEndpoint(found.instance(), mine)) {
            owner = Sighting.Owner.FORMER;
        }
        return new Sighting(owner, asOf, kv.modRevision(), kv.lease(), kv.value());
    }

    /** A keyspace may be the user's, and its failure must not cost the other keys of a batch their answer. */
    private Decoded decode(KeyValue kv) {
        try {
            return keyspace.decode(kv.key(), kv.value());
        } catch (RuntimeException e) {
            return new Decoded.Quarantined(null, "the keyspace failed: " + e);
        }
    }

    private static boolean sameEndpoint(Instance found, Instance mine) {
        return found.hasEndpoint() && mine.hasEndpoint() && found.endpoint().equals(mine.endpoint());
    }
}
