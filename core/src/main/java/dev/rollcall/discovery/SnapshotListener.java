package dev.rollcall.discovery;

import java.util.function.Consumer;

/**
 * Told of what a view shows.
 *
 * <p>Calls come one at a time, in revision order, on the listener executor, never under a lock. First {@link #initial} with everything, then
 * each change once, without gap or overlap. A listener that falls behind by more than a thousand changes is told of each key only what is true
 * by then; an instance that went and came back is told as down, then up. An exception is logged and counted, and the next call comes.
 */
public interface SnapshotListener {

    /** Everything that is known at the beginning, be it from disk while the store is away. By default each instance is told as {@link #up}. */
    default void initial(Snapshot snapshot) {
        snapshot.instances().forEach(this::up);
    }

    /** An instance appeared. */
    default void up(DiscoveredInstance instance) {}

    /** An instance says something else of itself; not told of a write that changes nothing, such as a move to another lease. */
    default void updated(DiscoveredInstance before, DiscoveredInstance after) {}

    /**
     * An instance is gone.
     *
     * @param last what it last said of itself
     * @param cause why
     * @param revision the revision at which its key was deleted, or found missing
     */
    default void down(DiscoveredInstance last, DownCause cause, long revision) {}

    /** The view was read anew, because changes were missed or the store lost its history; the differences are told as changes. */
    default void resynced(ResyncCause cause, Snapshot snapshot) {}

    /** The view became stale, live or guarded; it is seeded at the beginning only. */
    default void freshness(Snapshot snapshot) {}

    /** A listener for whom it is enough that something may be different: run for everything that is told. Whoever uses it looks at the view's snapshot. */
    static SnapshotListener ofAnyChange(Runnable changed) {
        return new SnapshotListener() {
            @Override
            public void initial(Snapshot snapshot) {
                changed.run();
            }

            @Override
            public void up(DiscoveredInstance instance) {
                changed.run();
            }

            @Override
            public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                changed.run();
            }

            @Override
            public void down(DiscoveredInstance last, DownCause cause, long revision) {
                changed.run();
            }

            @Override
            public void resynced(ResyncCause cause, Snapshot snapshot) {
                changed.run();
            }

            @Override
            public void freshness(Snapshot snapshot) {
                changed.run();
            }
        };
    }

    /** A listener for what comes and what goes. */
    static SnapshotListener of(Consumer<? super DiscoveredInstance> up, Consumer<? super DiscoveredInstance> down) {
        return new SnapshotListener() {
            @Override
            public void up(DiscoveredInstance instance) {
                up.accept(instance);
            }

            @Override
            public void down(DiscoveredInstance last, DownCause cause, long revision) {
                down.accept(last);
            }
        };
    }
}
