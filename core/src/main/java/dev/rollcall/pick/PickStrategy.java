package dev.rollcall.pick;

import dev.rollcall.discovery.OverlayView;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A way to spread calls over the instances of a view. Immutable; one may serve any number of pickers.
 *
 * <pre>{@code
 * PickStrategy.leastLoaded().where(InstanceFilter.version("2")).preferZone("eu-1a").over(view)
 * }</pre>
 *
 * <p>Whatever the strategy, the order is the same: of what the view shows remains what is up, has an endpoint, is not taken out by hand and passes the filters; of it
 * a subset, if one is asked for; of it the own zone, if one is preferred; of it who is not ejected. Among these the strategy chooses.
 */
public final class PickStrategy {

    private static final Duration LONGEST_SLOW_START = Duration.ofDays(1);

    private final Kind kind;
    private final double bound;
    private final Sieve sieve;
    private final int spillAt;
    private final Duration slowStart;
    private final EjectionRules ejecting;

    private enum Kind {
        ROUND_ROBIN,
        RANDOM,
        WEIGHTED,
        LEAST_LOADED,
        CONSISTENT_HASH,
        STICKY,
        FIRST
    }

    private PickStrategy(
            Kind kind, double bound, Sieve sieve, int spillAt, Duration slowStart, EjectionRules ejecting) {
        this.kind = kind;
        this.bound = bound;
        this.sieve = sieve;
        this.spillAt = spillAt;
        this.slowStart = slowStart;
        this.ejecting = ejecting;
    }

    private static PickStrategy of(Kind kind, double bound) {
        return new PickStrategy(
                kind, bound, new Sieve(List.of(), "", 0, ""), 0, Duration.ZERO, EjectionRules.defaults());
    }

    /**
     * One after the other in key order, beginning somewhere, so that many callers do not all begin with the first.
     *
     * <p>Over any n picks each of n instances has one, as long as no two threads pick at the very same moment; one thread at a time always has that order. Of
     * several at once each walks the whole ring, from another place: no instance is ever ahead of another by more picks than four times the processors, rounded up
     * to a power of two.
     */
    public static PickStrategy roundRobin() {
        return of(Kind.ROUND_ROBIN, 1);
    }

    /** Any, each as likely as the others. */
    public static PickStrategy random() {
        return of(Kind.RANDOM, 1);
    }

    /**
     * By {@link dev.rollcall.instance.Instance#weight()}, evenly: over a cycle of as many picks as the weights add up to, without their common divisor, each has
     * exactly its share. Of several threads at once each walks the whole cycle, as in {@link #roundRobin()}: an instance is then off its share by fewer picks than
     * twice the instances, for each walk there is.
     */
    public static PickStrategy weighted() {
        return of(Kind.WEIGHTED, 1);
    }

    /**
     * Of two by chance the one that promises to answer sooner: by its calls in flight, its latency of late, and its weight. A failure counts as a slow call. It
     * rests on {@link Picker#start()}, or on what {@link Picker#succeeded} and {@link Picker#failed} tell; without either it is {@link #random()}.
     */
    public static PickStrategy leastLoaded() {
        return of(Kind.LEAST_LOADED, 1);
    }

    /**
     * By the key of the call ({@link Picker#pick(Object)}): the same key to the same instance, in all processes. Where an instance comes or goes, only its share
     * of the keys moves. Calls that are counted ({@link Picker#start(Object)}) go to the next on the ring where one has more than 1.25 times its share.
     */
    public static PickStrategy consistentHash() {
        return consistentHash(1.25);
    }

    /**
     * As {@link #consistentHash()} with another bound.
     *
     * @param bound the calls in flight that one may have, in multiples of its share; more than 1, infinite for no bound
     */
    public static PickStrategy consistentHash(double bound) {
        if (!(bound > 1)) {
            throw new IllegalArgumentException("the bound of the load is more than 1, not " + bound);
        }
        return of(Kind.CONSISTENT_HASH, bound);
    }

    /** Any one, and then the same as long as it can be picked. */
    public static PickStrategy sticky() {
        return of(Kind.STICKY, 1);
    }

    /** The first in key order that can be picked: one that works and others that stand by. */
    public static PickStrategy first() {
        return of(Kind.FIRST, 1);
    }

    /** The same, of what a filter admits, and those before it. */
    public PickStrategy where(InstanceFilter filter) {
        List<InstanceFilter> filters =
                Stream.concat(sieve.filters().stream(), Stream.of(filter)).toList();
        return with(new Sieve(filters, sieve.zone(), sieve.subset(), sieve.caller()), spillAt);
    }

    /** The same, of the instances in a zone as long as there are any that can be picked; else of all others. */
    public PickStrategy preferZone(String zone) {
        return preferZone(zone, 0);
    }

    /**
     * As {@link #preferZone(String)}; and a call whose turn falls on an instance of the zone that is busy goes to another zone, if there it is less so. So where a
     * part of the zone is busy its part of the calls spills over, to all other zones as the strategy spreads them.
     *
     * @param busy how many calls of this picker are in flight to a busy instance of the default weight, {@value dev.rollcall.instance.Instance#DEFAULT_WEIGHT};
     *     to others in proportion to their weight; 0 to stay in the zone
     */
    public PickStrategy preferZone(String zone, int busy) {
        if (busy < 0) {
            throw new IllegalArgumentException("a number of calls in flight is not negative: " + busy);
        }
        return with(new Sieve(sieve.filters(), zone, sieve.subset(), sieve.caller()), busy);
    }

    /**
     * The same, of a part of the instances: for services so large that each caller should not be connected to all. The part follows from the caller's name, so
     * that it outlives a restart; where one instance comes or goes it changes by one at most. With a preferred zone, so many of the zone and so many of all others.
     *
     * @param size how many, at least 1
     * @param caller the name of this process, different for each
     */
    public PickStrategy subset(int size, String caller) {
        if (size < 1) {
            throw new IllegalArgumentException("a subset has at least 1 instance, not " + size);
        }
        return with(new Sieve(sieve.filters(), sieve.zone(), size, caller), spillAt);
    }

    /**
     * The same, with a share for fresh instances that grows from a tenth to the whole. Fresh is what comes after the picker was made.
     *
     * @param growing how long that takes; zero for at once
     */
    public PickStrategy slowStart(Duration growing) {
        if (growing.isNegative() || growing.compareTo(LONGEST_SLOW_START) > 0) {
            throw new IllegalArgumentException("a slow start takes from nothing to a day, not " + growing);
        }
        return new PickStrategy(kind, bound, sieve, spillAt, growing, ejecting);
    }

    /** The same with other rules of ejection; {@link EjectionRules#none()} for none. */
    public PickStrategy ejecting(EjectionRules rules) {
        return new PickStrategy(kind, bound, sieve, spillAt, slowStart, rules);
    }

    private PickStrategy with(Sieve next, int busy) {
        return new PickStrategy(kind, bound, next, busy, slowStart, ejecting);
    }

    /**
     * A picker that follows the view, and the overlays of its discovery: the first picker opens their watch, and waits 200 ms at most for what the store has
     * of them. Build it once and keep it; it needs no closing.
     */
    public Picker over(ServiceView view) {
        return following(view);
    }

    FollowingPicker following(ServiceView view) {
        OverlayView overlays = view.overlays();
        overlays.first();
        return over(
                new Candidates.Source(view::pacedSnapshot, view::snapshot, overlays::now),
                TimeSource.system(),
                RandomSource.system());
    }

    /**
     * A picker that follows any source of snapshots, such as {@link Snapshot#of} what a caller is connected to.
     *
     * @param shown asked at every pick, by any thread; gives a snapshot with another list object where something changed, and never null
     */
    public Picker over(Supplier<Snapshot> shown) {
        return over(new Candidates.Source(shown, shown), TimeSource.system(), RandomSource.system());
    }

    FollowingPicker over(Candidates.Source source, TimeSource time, RandomSource random) {
        AtomicInteger total = new AtomicInteger();
        Table.Rules rules = new Table.Rules(spillAt, slowStart.toNanos(), time, random);
        Candidates candidates = new Candidates(source, sieve, ejecting, () -> spread(random, total), rules, total);
        return new FollowingPicker(candidates, time, random, kind == Kind.CONSISTENT_HASH, total);
    }

    Sieve sieve() {
        return sieve;
    }

    private Spread spread(RandomSource random, AtomicInteger total) {
        return switch (kind) {
            case ROUND_ROBIN -> Spread.roundRobin(random);
            case RANDOM -> Spread.random(random);
            case WEIGHTED -> Spread.weighted(random);
            case LEAST_LOADED -> Spread.leastLoaded(random);
            case CONSISTENT_HASH -> Spread.consistentHash(bound, total);
            case STICKY -> Spread.sticky(random);
            case FIRST -> Spread.first();
        };
    }

    /** In words. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (sieve.filters().isEmpty() ? "" : " of " + sieve.filters())
                + (sieve.subset() == 0 ? "" : ", a subset of " + sieve.subset())
                + (sieve.zone().isEmpty() ? "" : ", zone " + sieve.zone() + " first")
                + (slowStart.isZero() ? "" : ", slow start of " + slowStart);
    }
}
