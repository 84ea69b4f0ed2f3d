package dev.rollcall.pick;

import org.jspecify.annotations.Nullable;

/** The order in which the candidates of one group have their turns. Safe for use by several threads; takes no lock and allocates nothing. */
@FunctionalInterface
interface Order {

    /**
     * Whose turn it is; null where there is nobody, or all were tried.
     *
     * @param key what the call is about, spread over 64 bits; of use to rings only
     * @param tried the call, where it may have tried some
     */
    @Nullable Candidate next(long key, @Nullable Call tried);
}
