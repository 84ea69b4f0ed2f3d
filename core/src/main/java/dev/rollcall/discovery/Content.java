package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyValue;

/**
 * What a view knows and what it shows; immutable.
 *
 * @param known whether the range was ever read
 * @param epoch which of the store's histories this is, from 1; 0 before the first list
 * @param revision everything up to it is in {@code truth}
 * @param truth the range as the store has it at {@code revision}
 * @param shown what is shown: {@code truth} decoded, without what is quarantined, with what is held
 * @param quarantined the keys whose values cannot be read
 * @param holds the shown keys that are gone from the store
 * @param losses the losses of the last moments, for the guard
 */
record Content<S extends Shown>(
        boolean known,
        long epoch,
        long revision,
        KeyOrder<KeyValue> truth,
        KeyOrder<S> shown,
        KeyOrder<QuarantinedKey> quarantined,
        KeyOrder<Hold> holds,
        KeyOrder<Loss> losses) {

    /** A key that went by itself. */
    record Loss(String group, long at) {}

    static <S extends Shown> Content<S> none() {
        return new Content<>(
                false, 0, 0, KeyOrder.empty(), KeyOrder.empty(), KeyOrder.empty(), KeyOrder.empty(), KeyOrder.empty());
    }

    /** How many entries the guard holds. */
    int guarded() {
        int guarded = 0;
        for (Hold hold : holds.values()) {
            guarded += hold.kind() == Hold.Kind.GUARD ? 1 : 0;
        }
        return guarded;
    }
}
