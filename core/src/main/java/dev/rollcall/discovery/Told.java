package dev.rollcall.discovery;

import dev.rollcall.discovery.Change.Down;
import dev.rollcall.discovery.Change.Up;
import dev.rollcall.discovery.Change.Updated;
import java.util.List;

/** What stands in the line of one listener. */
sealed interface Told<S, P> {

    /** Everything, at the beginning. */
    record Initial<S, P>(P published) implements Told<S, P> {}

    /** An entry came, changed or went. */
    record One<S, P>(Change<S> change) implements Told<S, P> {}

    /** The view was read anew. */
    record Anew<S, P>(ResyncCause cause, P published) implements Told<S, P> {}

    /** The view became stale, live or guarded. */
    record Fresh<S, P>(P published) implements Told<S, P> {}

    /**
     * What is left of two successive tellings of one key: an entry that came and went is nothing, one that went and came again is both, of
     * several updates the first and last value.
     */
    static <S, P> List<Told<S, P>> merge(Told<S, P> earlier, Told<S, P> later) {
        if (earlier instanceof Initial) {
            return List.of(earlier, later);
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
