package dev.rollcall.pick;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes the owner of the first point after the key, or the next one on the ring that is not ejected and has room: nobody gets more than {@code bound} times its
 * share of the calls in flight.
 */
final class RingOrder implements Order {

    private final Ring ring;
    private final boolean panic;
    private final double bound;
    private final AtomicInteger total;
    private final long weights;

    RingOrder(Group group, double bound, AtomicInteger total, @Nullable Order before) {
        this.ring = Ring.of(group.all(), before instanceof RingOrder last ? last.ring : null);
        this.panic = group.panic();
        this.bound = bound;
        this.total = total;
        long sum = 0;
        for (Candidate candidate : group.live()) {
            sum += candidate.weight();
        }
        this.weights = sum;
    }

    @Override
    public @Nullable Candidate next(long key, @Nullable Call tried) {
        int size = ring.size();
        if (weights == 0) {
            return null;
        }
        double room = bound * (total.get() + 1);
        Candidate nearest = null;
        long at = ring.at(key);
        for (int i = 0; i < size; i++) {
            Standing owner = ring.owner(at);
            Candidate candidate = owner.candidate();
            if (candidate != null && (panic || !owner.isEjected()) && (tried == null || !tried.tried(candidate))) {
                if ((double) owner.inFlight() * weights < room * candidate.weight()) {
                    return candidate;
                }
                nearest = nearest == null ? candidate : nearest;
            }
            at = ring.after(at);
        }
        return nearest;
    }
}
