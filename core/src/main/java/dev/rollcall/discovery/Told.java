package dev.rollcall.discovery;

import dev.rollcall.discovery.Change.Down;
import dev.rollcall.discovery.Change.Up;
import dev.rollcall.discovery.Change.Updated;
import java.util.ArrayList;
import java.util.List;

/** What stands in the line of one listener. */
sealed interface Told<S extends Shown, P> {

    /** A listener that hangs through more new epochs than these is told of the last ones only, so that its line is bounded. */
    int MOST_EPOCHS = 64;

    /** Everything, at the beginning. */
    record Initial<S extends Shown, P>(P published) implements Told<S, P> {}

    /** An entry came, changed or went. */
    record One<S extends Shown, P>(Change<S> change) implements Told<S, P> {}

    /**
     * The view was read anew.
     *
     * @param epochs how many new epochs stand in the line before it, as far as that is known
     */
    record Anew<S extends Shown, P>(ResyncCause cause, P published, int epochs) implements Told<S, P> {

        Anew(ResyncCause cause, P published) {
            this(cause, published, 0);
        }

        /** Revisions fall where a new epoch begins, so that it is said there, whatever comes later. */
        private List<Told<S, P>> followedBy(Anew<S, P> later) {
            if (!cause.newEpoch()) {
                return List.of(new Anew<>(later.cause, later.published, epochs));
            }
            if (epochs >= MOST_EPOCHS) {
                return List.of(new Anew<>(later.cause.newEpoch() ? later.cause : cause, later.published, epochs));
            }
            return List.of(this, new Anew<>(later.cause, later.published, epochs + 1));
        }
    }

    /** The view became stale, live or guarded. */
    record Fresh<S extends Shown, P>(P published) implements Told<S, P> {}

    /** What is told of a step: the first time everything, then each change. */
    static <S extends Shown, P> List<Told<S, P>> of(
            ViewState<S> before, List<Change<S>> changes, ViewState<S> after, P published) {
        if (!before.begun()) {
            return after.begun() ? List.of(new Initial<>(published)) : List.of();
        }
        List<Told<S, P>> told = new ArrayList<>(changes.size() + 1);
        for (Change<S> change : changes) {
            told.add(
                    change instanceof Change.Resynced<S> resynced
                            ? new Anew<>(resynced.cause(), published)
                            : new One<>(change));
        }
        if (before.freshness() != after.freshness()) {
            told.add(new Fresh<>(published));
        }
        return told;
    }

    /** What it is about: the key of an entry, the freshness, or the whole. Of two about the same the later may stand for both. */
    default Object about() {
        if (!(this instanceof One<S, P> one)) {
            return this instanceof Fresh ? Freshness.class : Initial.class;
        }
        if (one.change() instanceof Up<S> up) {
            return up.entry().key();
        }
        return one.change() instanceof Updated<S> updated
                ? updated.after().key()
                : ((Down<S>) one.change()).last().key();
    }

    /**
     * What is left of two successive tellings of one key: an entry that came and went is nothing, one that went and came again is both, of
     * several updates the first and last value, of several resyncs the new epochs and the last one.
     */
    static <S extends Shown, P> List<Told<S, P>> merge(Told<S, P> earlier, Told<S, P> later) {
        if (earlier instanceof Initial) {
            return List.of(earlier, later);
        }
        if (earlier instanceof Anew<S, P> first && later instanceof Anew<S, P> second) {
            return first.followedBy(second);
        }
        if (!(earlier instanceof One<S, P> first) || !(later instanceof One<S, P> second)) {
            return List.of(later);
        }
        if (first.change() instanceof Down) {
            return List.of(earlier, later);
        }
        if (second.change() instanceof Down) {
            return first.change() instanceof Up ? List.of() : List.of(later);
        }
        if (second.change() instanceof Updated<S> update) {
            return first.change() instanceof Updated<S> begin
                    ? List.of(new One<>(new Updated<>(begin.before(), update.after())))
                    : List.of(new One<>(new Up<>(update.after())));
        }
        return List.of(later);
    }
}
