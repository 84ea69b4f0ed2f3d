package dev.rollcall.pick;

import dev.rollcall.internal.RandomSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stays with one candidate as long as it is live; a retry goes elsewhere without moving there. */
final class StickyOrder implements Order {

    private final Group group;
    private final RandomSource random;
    private final AtomicReference<@Nullable Candidate> kept = new AtomicReference<>();

    StickyOrder(Group group, RandomSource random, @Nullable Order before) {
        this.group = group;
        this.random = random;
        Candidate last = before instanceof StickyOrder sticky ? sticky.kept.get() : null;
        for (Candidate candidate : group.live()) {
            if (last != null && candidate.standing() == last.standing()) {
                kept.setPlain(candidate);
            }
        }
    }

    @Override
    public @Nullable Candidate next(long key, @Nullable Call tried) {
        Candidate found = kept.get();
        if (found == null) {
            int count = group.live().length;
            if (count == 0) {
                return null;
            }
            kept.compareAndSet(null, group.live()[(int) random.below(count)]);
            found = kept.get();
        }
        if (tried == null || found == null || !tried.tried(found)) {
            return found;
        }
        return group.at((int) random.below(group.live().length), tried);
    }
}
