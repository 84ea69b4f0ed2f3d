package dev.rollcall.etcd;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The one cluster that a client speaks to; pure.
 *
 * <p>It is the first one that proved a connection. An endpoint that answers for another one is refused, so that nothing of two clusters is ever
 * mixed, until no endpoint answers for the first one any more: then its store was swapped, and the other one is taken. That is so at once where every
 * other endpoint answers for another cluster, too; an endpoint that does not answer at all may only be away, so it counts as gone when the
 * cluster was not heard for {@link #GONE_NANOS}.
 *
 * @param cluster its number; 0 while unknown
 * @param heardAt when it was last known to live
 * @param answers the cluster that each endpoint answered for last; without those that are away
 */
record Allegiance(long cluster, long heardAt, Map<Endpoint, Long> answers) {

    /** After so long without a word the cluster is gone. */
    static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final Allegiance NONE = new Allegiance(0, 0, Map.of());

    /**
     * An endpoint answered.
     *
     * @param told the cluster it answers for; 0 where it would not say
     * @param endpoints all there are
     * @param lives whether a connection of another endpoint to our cluster is open
     */
    Allegiance answered(Endpoint endpoint, long told, Collection<Endpoint> endpoints, boolean lives, long now) {
        if (told == 0) {
            return this;
        }
        Map<Endpoint, Long> known = new HashMap<>(answers);
        known.put(endpoint, told);
        if (cluster == 0 || told == cluster) {
            return new Allegiance(told, now, Map.copyOf(known));
        }
        boolean allElsewhere = known.keySet().containsAll(endpoints) && !known.containsValue(cluster);
        boolean gone = !known.containsValue(cluster) && now - heardAt >= GONE_NANOS;
        return !lives && (allElsewhere || gone)
                ? new Allegiance(told, now, Map.copyOf(known))
                : new Allegiance(cluster, heardAt, Map.copyOf(known));
    }

    /** A connection to an endpoint broke, or none could be made. */
    Allegiance silent(Endpoint endpoint, boolean broke, long now) {
        Map<Endpoint, Long> known = new HashMap<>(answers);
        Long last = known.remove(endpoint);
        boolean heard = broke && last != null && last == cluster;
        return new Allegiance(cluster, heard ? now : heardAt, Map.copyOf(known));
    }

    /** A connection to this cluster is known to have lived until now. */
    Allegiance heard(long from, long now) {
        return from != 0 && from == cluster ? new Allegiance(cluster, now, answers) : this;
    }

    /** Whether what this cluster says is ours. */
    boolean accepts(long other) {
        return other == 0 || cluster == 0 || other == cluster;
    }
}
