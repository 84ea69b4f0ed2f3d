package dev.rollcall.nemesis;

import java.util.Random;

/** Where chance comes from: always a seed. */
final class Dice {

    private Dice() {}

    static Random of(long seed) {
        return new Random(seed);
    }
}
