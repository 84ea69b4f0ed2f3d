package dev.rollcall.discovery;

/**
 * How long a view may be believed, in nanoseconds.
 *
 * @param staleAfter how old the last proof may be
 * @param auditPeriod how often the view is compared with the store; 0 for never
 */
record ProofRules(long staleAfter, long auditPeriod) {

    /** A view that was not proven for so long asks. */
    long askAfter() {
        return staleAfter / 2;
    }

    /** How old the last proof may be where the end of a hold is to be shown: longer than this only while an answer is awaited. */
    long certainFor() {
        return audited() ? askAfter() : staleAfter;
    }

    boolean audited() {
        return auditPeriod > 0;
    }
}
