package dev.rollcall.pick;

import dev.rollcall.internal.RandomSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stays with one candidate as long as it is live; a retry goes elsewhere without moving there.
 *
 * <p>Whom it stays with is common to the order and those that replace it, for some threads still go by an old table while others have the new one already. Of
 * two tables the newer one says where all move.
 */
final class StickyOrder implements Order {

    private final Group group;
    private final RandomSource random;
    private final AtomicReference<@Nullable Choice> common;
    private final long age;

    /** Of the common choice, what stands for it in this group; null until it was looked for. */
    private volatile @Nullable Candidate kept;

    /**
     * Whom all stay with.
     *
     * @param age of the newest order that chose it or found it in its group; greater is newer
     */
    private record Choice(Standing chosen, long age) {}

    StickyOrder(Group group, RandomSource random, @Nullable Order before) {
        this.group = group;
        this.random = random;
        StickyOrder last = before instanceof StickyOrder sticky ? sticky : null;
        this.common = last == null ? new AtomicReference<>() : last.common;
        this.age = last == null ? 0 : last.age + 1;
    }

    @Override
    public @Nullable Candidate next(long key, @Nullable Call tried) {
        Choice choice = common.get();
        Candidate found = kept;
        if (choice == null || found == null || found.standing() != choice.chosen()) {
            found = settle();
        }
        if (tried == null || found == null || !tried.tried(found)) {
            return found;
        }
        return group.at(any(), tried);
    }

    /**
     * Finds the common choice in this group, or makes another where it is not there and no newer order stands by it. What is found is stood by: else whoever still
     * has an older table, without it, would move all.
     */
    private @Nullable Candidate settle() {
        if (group.live().length == 0) {
            return null;
        }
        while (true) {
            Choice choice = common.get();
            Candidate found = choice == null ? null : liveOf(choice.chosen());
            long since = choice == null ? -1 : choice.age();
            Candidate next = found == null ? group.live()[any()] : found;
            if (found == null && since > age) {
                return next;
            }
            if ((found != null && since >= age) || common.compareAndSet(choice, new Choice(next.standing(), age))) {
                kept = next;
                return next;
            }
        }
    }

    private int any() {
        return (int) random.below(group.live().length);
    }

    private @Nullable Candidate liveOf(Standing standing) {
        for (Candidate candidate : group.live()) {
            if (candidate.standing() == standing) {
                return candidate;
            }
        }
        return null;
    }
}
