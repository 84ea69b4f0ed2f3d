package dev.rollcall.pick;

import dev.rollcall.instance.InstanceId;

/** 64 bits that spread well and are the same in every process and version: rings and subsets rest on them. */
final class Hash64 {

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hash64() {}

    /** Of each UTF-16 unit of a text. */
    static long of(String text) {
        long hash = FNV_BASIS;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** Of an instance, whatever becomes of it: all who draw lots by it must draw the same. */
    static long of(InstanceId identity) {
        return of(identity.toString());
    }

    /** Of a number: every bit of it moves about half of the bits of the result (the finalizer of SplitMix64). */
    static long mix(long number) {
        long z = number + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
