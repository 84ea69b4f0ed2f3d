package dev.rollcall.discovery;

/** One change of what a view shows, as its listeners are told. */
sealed interface Change<S> {

    /** An entry appeared. */
    record Up<S>(S entry) implements Change<S> {}

    /** An entry's content changed. */
    record Updated<S>(S before, S after) implements Change<S> {}

    /** An entry is gone. */
    record Down<S>(S last, DownCause cause, long revision) implements Change<S> {}

    /** The view was read anew; the changes that follow in the same step are the difference. */
    record Resynced<S>(ResyncCause cause, long epoch, long revision) implements Change<S> {}
}
