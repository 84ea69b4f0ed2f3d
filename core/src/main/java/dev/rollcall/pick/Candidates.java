package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.internal.PatientWait;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the table of a picker up to date, and the standing of each instance that is shown.
 *
 * <p>Whoever picks first after a change builds the next table; others meanwhile go on with the one there is. Nobody waits, but who finds nobody in it and may: for
 * whoever builds, {@value #PACE_MILLIS} ms at most. A table is built {@value #PACE_MILLIS} ms after the one before at the earliest, unless there is nobody in it to pick.
 */
final class Candidates {

    private static final int PACE_MILLIS = 10;
    private static final long PACE = PACE_MILLIS * 1_000_000L;
    private static final Duration LONGEST_WAIT = Duration.ofNanos(PACE);

    private final Source source;
    private final Sieve sieve;
    private final EjectionRules ejecting;
    private final Ejection ejection;
    private final Spread near;
    private final Spread far;
    private final Table.Rules rules;
    private final TimeSource time;
    private final AtomicInteger total;
    private final Map<InstanceId, Standing> standings = new ConcurrentHashMap<>();
    private final Semaphore building = new Semaphore(1);

    /** Who is building. A filter that picks from its own picker is asked by him, and would wait for itself. */
    private volatile @Nullable Thread builder;

    private volatile boolean accused;
    private volatile Table table;

    private long builds;
    private boolean begun;

    /**
     * Where snapshots come from.
     *
     * @param paced what is shown, now and then: a new one makes a table be built
     * @param latest what is shown now: a table is built from it
     * @param overlays who is taken out of service by hand; another object makes a table be built
     */
    record Source(Supplier<Snapshot> paced, Supplier<Snapshot> latest, Supplier<Overlays> overlays) {

        /** Where nobody is taken out by hand. */
        Source(Supplier<Snapshot> paced, Supplier<Snapshot> latest) {
            this(paced, latest, Overlays::none);
        }
    }

    /**
     * Of what the source shows.
     *
     * @param spread asked once for each side, the caller's own zone and the others: with one in common, turns that one side takes would always be missed by
     *     the same instances of the other
     * @param total the calls in flight to all
     */
    Candidates(
            Source source,
            Sieve sieve,
            EjectionRules ejecting,
            Supplier<Spread> spread,
            Table.Rules rules,
            AtomicInteger total) {
        this.source = source;
        this.sieve = sieve;
        this.ejecting = ejecting;
        this.ejection = new Ejection(ejecting);
        this.near = spread.get();
        this.far = spread.get();
        this.rules = rules;
        this.time = rules.time();
        this.total = total;
        this.table = build(null, rules.time().nanos());
    }

    /** The table for a pick. */
    Table now() {
        Table ready = table;
        if (!changed(ready) && !accused && !ready.timed()) {
            return ready;
        }
        long now = time.nanos();
        return now - ready.builtAt() >= PACE && outdated(ready, now) ? renewed(ready, now) : ready;
    }

    /**
     * A table of what is shown this moment, for a pick that found nobody in the one it had.
     *
     * @param patient whether to wait for whoever builds one, though not for long; without it what there is has to do
     */
    Table latest(boolean patient) {
        if (builder == Thread.currentThread()) {
            return table;
        }
        boolean idle = building.availablePermits() > 0;
        if ((idle && !news(table, time.nanos())) || !(patient ? mayBuild() : building.tryAcquire())) {
            return table;
        }
        return built(null, time.nanos());
    }

    private boolean news(Table ready, long now) {
        return source.latest().get().instances() != ready.source() || outdated(ready, now);
    }

    /** Waits for its turn to build; false where it does not come. An interrupt does not cut that short, for a pick is none of what it is meant for. */
    private boolean mayBuild() {
        return PatientWait.within(LONGEST_WAIT, nanos -> building.tryAcquire(nanos, TimeUnit.NANOSECONDS));
    }

    private boolean outdated(Table ready, long now) {
        return accused || changed(ready) || (ready.timed() && now - ready.changesAt() >= 0);
    }

    private boolean changed(Table ready) {
        return source.paced().get().instances() != ready.trigger()
                || source.overlays().get() != ready.overlays();
    }

    private Table renewed(Table old, long now) {
        return building.tryAcquire() ? built(old, now) : table;
    }

    /** For who may build: in place of a table, where nobody else was faster, or, without one, of what there is, where there is news. */
    private Table built(@Nullable Table old, long now) {
        builder = Thread.currentThread();
        try {
            if (old == null ? news(table, now) : table.number() == old.number()) {
                table = build(table, now);
            }
            return table;
        } finally {
            builder = null;
            building.release();
        }
    }

    private Table build(@Nullable Table before, long now) {
        accused = false;
        List<DiscoveredInstance> trigger = source.paced().get().instances();
        Overlays overlays = source.overlays().get();
        Snapshot snapshot = source.latest().get();
        List<DiscoveredInstance> shown = snapshot.instances();
        builds++;
        for (DiscoveredInstance found : shown) {
            standing(found.instance(), now).seenIn(builds);
        }
        if (standings.size() > shown.size()) {
            standings.values().removeIf(standing -> standing.seenIn() != builds);
        }
        begun |= snapshot.known();
        Sieve.Sifted sifted = sieve.sift(shown, overlays, this::hash);
        List<Candidate> own = candidates(sifted.own(), now);
        List<Candidate> others = candidates(sifted.others(), now);
        List<Candidate> all = new ArrayList<>(own);
        all.addAll(others);
        ejection.decide(all, now);
        boolean panic = ejection.panics(all);
        Order ofOwn = near.over(Group.of(own, panic), before == null ? null : before.own());
        Order ofOthers = sieve.zone().isEmpty()
                ? null
                : far.over(Group.of(others, panic), before == null ? null : before.others());
        boolean anyFresh = false;
        long changesIn = Long.MAX_VALUE;
        for (Candidate candidate : all) {
            Standing standing = candidate.standing();
            if (standing.isEjected()) {
                changesIn = Math.min(changesIn, standing.ejectedUntil() - now);
            }
            if (standing.isFresh()) {
                anyFresh = true;
                changesIn = Math.min(changesIn, rules.slowStart() - standing.age(now));
            }
        }
        boolean timed = changesIn != Long.MAX_VALUE;
        return new Table(
                builds,
                trigger,
                shown,
                overlays,
                ofOwn,
                ofOthers,
                rules,
                panic,
                anyFresh,
                timed,
                timed ? now + changesIn : now,
                now);
    }

    @SuppressWarnings(
            "ReferenceEquality") // an equal one would do, but to find that out takes longer than to make another
    private List<Candidate> candidates(List<Instance> instances, long now) {
        List<Candidate> candidates = new ArrayList<>(instances.size());
        for (Instance instance : instances) {
            Standing standing = standing(instance, now);
            Candidate candidate = standing.candidate();
            if (candidate == null || candidate.instance() != instance) {
                candidate = new Candidate(instance, standing);
                standing.candidate(candidate);
            }
            if (standing.isFresh() && standing.age(now) >= rules.slowStart()) {
                standing.grown();
            }
            candidates.add(candidate);
        }
        return candidates;
    }

    private Standing standing(Instance instance, long now) {
        Standing known = standings.get(instance.identity());
        if (known == null) {
            known = new Standing(ejecting, Hash64.of(instance.identity()), total, now);
            if (begun && rules.slowStart() > 0) {
                known.beginSlowly(now);
            }
            standings.put(instance.identity(), known);
        }
        return known;
    }

    private long hash(Instance instance) {
        Standing known = standings.get(instance.identity());
        return known == null ? Hash64.of(instance.identity()) : known.hash();
    }

    /** How an instance stands; null where it is not shown. */
    @Nullable Standing standing(InstanceId identity) {
        return standings.get(identity);
    }

    /** Says that somebody is accused, or admitted otherwise than before, so that the next table decides. */
    void accuse() {
        accused = true;
    }

    /** All that are shown and not picked, in key order, but for what a call tried. */
    List<LeftOut> leftOut() {
        Table ready = now();
        long now = time.nanos();
        List<LeftOut> leftOut = new ArrayList<>();
        Sieve.Sifted sifted = sieve.sift(
                ready.source(),
                ready.overlays(),
                this::hash,
                (instance, reason) -> leftOut.add(new LeftOut(instance, reason)));
        List<Instance> sides = new ArrayList<>(sifted.own());
        sides.addAll(sifted.others());
        for (Instance instance : sides) {
            Standing standing = standing(instance.identity());
            if (standing != null && standing.isEjected() && !ready.panic()) {
                leftOut.add(new LeftOut(instance, standing.sentence(now)));
            }
        }
        leftOut.sort((a, b) -> a.instance()
                .identity()
                .toString()
                .compareTo(b.instance().identity().toString()));
        return List.copyOf(leftOut);
    }

    /** For who picked nobody. To a filter that picks it does not say who is left out, which filters would be asked for. */
    NoInstanceException none() {
        return new NoInstanceException(
                source.latest().get(), builder == Thread.currentThread() ? List.of() : leftOut());
    }
}
