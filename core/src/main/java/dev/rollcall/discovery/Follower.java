package dev.rollcall.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Follows the raw keys and values of a directory, at any depth.
 *
 * <p>First the existing entries are told as puts, in key order, then each change as it comes. The same care is taken as for a
 * {@link ServiceView}: nothing is missed or told twice, a store that is away changes nothing, and losses that are too many at once are held back
 * for a while (of keys without a lease only those of a store that lost its history). The move of a key to another lease is not told. Safe for
 * use by several threads.
 */
public final class Follower implements AutoCloseable {

    private final String dir;
    private final ViewHandle<FollowedEntry, List<FollowedEntry>> handle;

    Follower(
            String dir,
            ViewHandle<FollowedEntry, List<FollowedEntry>> handle,
            FollowListener put,
            FollowListener delete) {
        this.dir = dir;
        this.handle = handle;
        handle.subscribe(told -> tell(put, delete, told));
    }

    private static void tell(FollowListener put, FollowListener delete, Told<FollowedEntry, List<FollowedEntry>> told) {
        if (told instanceof Told.Initial<FollowedEntry, List<FollowedEntry>> initial) {
            initial.published().forEach(entry -> tell(put, entry));
        } else if (told instanceof Told.One<FollowedEntry, List<FollowedEntry>> one) {
            if (one.change() instanceof Change.Up<FollowedEntry> up) {
                tell(put, up.entry());
            } else if (one.change() instanceof Change.Updated<FollowedEntry> updated) {
                tell(put, updated.after());
            } else if (one.change() instanceof Change.Down<FollowedEntry> down) {
                tell(delete, down.last());
            }
        }
    }

    private static void tell(FollowListener listener, FollowedEntry entry) {
        listener.entry(entry.key().utf8(), entry.value().utf8());
    }

    /** The directory. */
    public String dir() {
        return dir;
    }

    /** What is there now, in key order: one volatile read. */
    public List<FollowedEntry> entries() {
        return handle.published();
    }

    /**
     * Waits until the store was read.
     *
     * @throws DiscoveryException if it was not within the bound, if the follower is closed, or if the waiting thread is interrupted
     */
    public List<FollowedEntry> awaitSnapshot(Duration bound) {
        return handle.await(ViewState::known, bound, () -> "the store was not read for " + dir);
    }

    /** Twin of {@link #awaitSnapshot}, without a bound; completes exceptionally when the follower is closed. */
    public CompletionStage<List<FollowedEntry>> awaitSnapshotAsync() {
        return handle.whenAsync(ViewState::known);
    }

    /**
     * Waits until there are at least so many entries.
     *
     * @throws DiscoveryException if they do not come within the bound, if the follower is closed, or if the waiting thread is interrupted
     */
    public List<FollowedEntry> awaitEntries(int atLeast, Duration bound) {
        return handle.await(
                enough(atLeast),
                bound,
                () -> "fewer than " + atLeast + " entries below " + dir + " ("
                        + entries().size() + ")");
    }

    /** Twin of {@link #awaitEntries}, without a bound; completes exceptionally when the follower is closed. */
    public CompletionStage<List<FollowedEntry>> awaitEntriesAsync(int atLeast) {
        return handle.whenAsync(enough(atLeast));
    }

    private static Predicate<ViewState<FollowedEntry>> enough(int atLeast) {
        return state -> state.known() && state.content().shown().size() >= atLeast;
    }

    /** Waits until the follower is closed; false where it is not within the bound, or the waiting thread is interrupted. */
    public boolean awaitClosed(Duration bound) {
        return handle.awaitClosed(bound);
    }

    /** Completes when the follower is closed. */
    public CompletionStage<Void> closed() {
        return handle.closed();
    }

    /** How the follower fares. */
    public ViewHealth health() {
        return handle.health();
    }

    /** Ends it. Idempotent, never blocks. */
    @Override
    public void close() {
        handle.close();
    }
}
