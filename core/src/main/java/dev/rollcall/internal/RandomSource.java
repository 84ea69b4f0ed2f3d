package dev.rollcall.internal;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Where chance comes from: jitter, random picks. Nothing secret is drawn from it. */
@FunctionalInterface
public interface RandomSource {

    /**
     * A number from 0 (inclusive) to {@code bound} (exclusive), each equally likely.
     *
     * @param bound at least 1
     */
    long below(long bound);

    /** Different in every run; safe for use by several threads. */
    static RandomSource system() {
        return bound -> ThreadLocalRandom.current().nextLong(bound);
    }

    /** The same numbers for the same seed; for one thread. */
    static RandomSource seeded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextLong;
    }
}
