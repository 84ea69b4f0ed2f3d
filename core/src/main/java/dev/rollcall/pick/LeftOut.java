package dev.rollcall.pick;

import dev.rollcall.instance.Instance;

/**
 * An instance that is shown and not picked.
 *
 * @param instance what it says of itself
 * @param reason why, in words
 */
public record LeftOut(Instance instance, String reason) {

    /** Whoever wants to know. */
    @FunctionalInterface
    interface Collector {
        void add(Instance instance, String reason);
    }
}
