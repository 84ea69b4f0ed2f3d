package dev.rollcall.pick;

import dev.rollcall.internal.RandomSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A strategy at work in one picker: makes the order of each group that comes up on one side, the own zone or the others. Called by one thread at a time. */
@FunctionalInterface
interface Spread {

    /** The order of a group; {@code before} is the one of the group that it replaces. */
    Order over(Group group, @Nullable Order before);

    /** One after the other, beginning somewhere. */
    static Spread roundRobin(RandomSource random) {
        Turns turns = new Turns(random.below(1 << 16));
        return (group, before) -> {
            int count = group.live().length;
            return (key, tried) -> count == 0 ? null : group.at((int) (turns.next() % count), tried);
        };
    }

    /** Any. */
    static Spread random(RandomSource random) {
        return (group, before) -> {
            int count = group.live().length;
            return (key, tried) -> count == 0 ? null : group.at((int) random.below(count), tried);
        };
    }

    /** The first in key order. */
    static Spread first() {
        return (group, before) -> (key, tried) -> group.live().length == 0 ? null : group.at(0, tried);
    }

    /** As often as the weights say, evenly. */
    static Spread weighted(RandomSource random) {
        Turns turns = new Turns(random.below(1 << 16));
        return (group, before) -> {
            WeightCycle cycle = WeightCycle.of(group.live());
            return (key, tried) -> cycle.length() == 0 ? null : group.at(cycle.next(turns), tried);
        };
    }

    /** The better of two. */
    static Spread leastLoaded(RandomSource random) {
        return (group, before) -> new TwoChoices(group, random);
    }

    /** The same as long as it can be. */
    static Spread sticky(RandomSource random) {
        return (group, before) -> new StickyOrder(group, random, before);
    }

    /** By the key; nobody gets more than so many times its share of the calls in flight. */
    static Spread consistentHash(double bound, AtomicInteger total) {
        return (group, before) -> new RingOrder(group, bound, total, before);
    }
}
