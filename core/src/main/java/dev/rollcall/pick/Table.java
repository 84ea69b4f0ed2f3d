package dev.rollcall.pick;

import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.Overlays;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a pick needs to know; immutable, and replaced as a whole.
 *
 * @param number how many were built up to it
 * @param trigger the list whose appearance made it be built; another one makes it be built again
 * @param source the list it was built from, as new or newer
 * @param overlays who was taken out of service by hand then; another object makes it be built again
 * @param own the order of the candidates in the caller's zone, or of all
 * @param others the order of those in other zones; null where the caller has none
 * @param rules what does not change from table to table
 * @param panic whether the ejected are picked nevertheless
 * @param anyFresh whether some are in their slow start
 * @param timed whether it changes with time alone, at {@code changesAt}
 * @param builtAt when, by the picker's clock
 */
record Table(
        long number,
        List<DiscoveredInstance> trigger,
        List<DiscoveredInstance> source,
        Overlays overlays,
        Order own,
        @Nullable Order others,
        Rules rules,
        boolean panic,
        boolean anyFresh,
        boolean timed,
        long changesAt,
        long builtAt) {

    private static final int TRIES = 4;

    /**
     * What is fixed for a picker.
     *
     * @param spillAt with so many calls in flight a candidate of the own zone and of the default weight is too busy, others by their weight; 0 for never
     * @param slowStart the time in which a fresh candidate comes to its full share, in nanoseconds; 0 for at once
     */
    record Rules(int spillAt, long slowStart, TimeSource time, RandomSource random) {}

    /** Whose turn it is; null where there is nobody, or the call tried all. */
    @Nullable Candidate next(long key, @Nullable Call tried) {
        Candidate found = route(key, tried);
        if (!anyFresh) {
            return found;
        }
        long now = rules.time().nanos();
        long other = key;
        for (int i = 1; i < TRIES && found != null && tooEarly(found.standing(), now); i++) {
            other = Hash64.mix(other);
            found = route(other, tried);
        }
        return found;
    }

    private @Nullable Candidate route(long key, @Nullable Call tried) {
        Candidate near = own.next(key, tried);
        if (others == null || (near != null && !busy(near))) {
            return near;
        }
        Candidate far = others.next(key, tried);
        if (near == null || far == null) {
            return near == null ? far : near;
        }
        long load = (long) near.standing().inFlight() * far.weight();
        return (long) far.standing().inFlight() * near.weight() < load ? far : near;
    }

    private boolean busy(Candidate near) {
        long room = (long) rules.spillAt() * near.weight();
        return room > 0 && (long) near.standing().inFlight() * Instance.DEFAULT_WEIGHT >= room;
    }

    /** Its share grows from a tenth to the whole. */
    private boolean tooEarly(Standing standing, long now) {
        long whole = rules.slowStart();
        return standing.isFresh() && rules.random().below(whole) >= Math.max(standing.age(now), whole / 10);
    }
}
