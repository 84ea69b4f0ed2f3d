package dev.rollcall.discovery;

/** One change of what a view shows, as its listeners are told. */
sealed interface Change<S extends Shown> {

    /** The revision that made it, or at which it was found; a loss that was held back has that of the loss. */
    long revision();

    /** An entry appeared. */
    record Up<S extends Shown>(S entry) implements Change<S> {
        @Override
        public long revision() {
            return entry.modRevision();
        }
    }

    /** An entry's content changed. */
    record Updated<S extends Shown>(S before, S after) implements Change<S> {
        @Override
        public long revision() {
            return after.modRevision();
        }
    }

    /** An entry is gone. */
    record Down<S extends Shown>(S last, DownCause cause, long revision) implements Change<S> {}

    /** The view was read anew; the changes that follow in the same step are the difference. */
    record Resynced<S extends Shown>(ResyncCause cause, long epoch, long revision) implements Change<S> {}
}
