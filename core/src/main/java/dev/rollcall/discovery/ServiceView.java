package dev.rollcall.discovery;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A live view of a service, or of a directory of services.
 *
 * <p>It shows the last known instances whatever happens to the store, and says how far they can be believed. Safe for use by several threads;
 * closing it ends its listeners and waits.
 */
public final class ServiceView implements AutoCloseable {

    private final String name;
    private final ViewHandle<DiscoveredInstance, Snapshot> handle;

    private final Supplier<OverlayView> overlays;

    ServiceView(String name, ViewHandle<DiscoveredInstance, Snapshot> handle, Supplier<OverlayView> overlays) {
        this.name = name;
        this.handle = handle;
        this.overlays = overlays;
    }

    /** The service, or the directory with a trailing separator. */
    public String service() {
        return name;
    }

    /** What is shown now: one volatile read. After closing it is what was shown last. */
    public Snapshot snapshot() {
        return handle.published();
    }

    /**
     * As {@link #snapshot()}, but renewed every 10 ms at most: for what is costly to derive from a snapshot, as pickers are. The first change after a calm is
     * in it at once. After closing it may lack what came last.
     */
    public Snapshot pacedSnapshot() {
        return handle.paced();
    }

    /** Who is taken out of service by hand, of this service and all others: {@link Discovery#overlays()}. A snapshot shows these as the others. */
    public OverlayView overlays() {
        return overlays.get();
    }

    /** Tells a listener of everything there is, then of each change. */
    public Subscription addListener(SnapshotListener listener) {
        return handle.subscribe(told -> tell(listener, told));
    }

    private static void tell(SnapshotListener listener, Told<DiscoveredInstance, Snapshot> told) {
        if (told instanceof Told.One<DiscoveredInstance, Snapshot> one) {
            tell(listener, one.change());
        } else if (told instanceof Told.Initial<DiscoveredInstance, Snapshot> initial) {
            listener.initial(initial.published());
        } else if (told instanceof Told.Anew<DiscoveredInstance, Snapshot> anew) {
            listener.resynced(anew.cause(), anew.published());
        } else if (told instanceof Told.Fresh<DiscoveredInstance, Snapshot> fresh) {
            listener.freshness(fresh.published());
        }
    }

    private static void tell(SnapshotListener listener, Change<DiscoveredInstance> change) {
        if (change instanceof Change.Up<DiscoveredInstance> up) {
            listener.up(up.entry());
        } else if (change instanceof Change.Updated<DiscoveredInstance> updated) {
            listener.updated(updated.before(), updated.after());
        } else if (change instanceof Change.Down<DiscoveredInstance> down) {
            listener.down(down.last(), down.cause(), down.revision());
        }
    }

    /**
     * Waits until the store was read; what is shown from disk before does not count.
     *
     * @throws DiscoveryException if it was not within the bound, if the view is closed, or if the waiting thread is interrupted
     */
    public Snapshot awaitSnapshot(Duration bound) {
        return handle.await(ViewState::known, bound, () -> "the store was not read for " + name + lastError());
    }

    /** Twin of {@link #awaitSnapshot}, without a bound; completes exceptionally when the view is closed. */
    public CompletionStage<Snapshot> awaitSnapshotAsync() {
        return handle.whenAsync(ViewState::known);
    }

    /**
     * Waits until at least so many instances want work ({@link Snapshot#available()}). Those from disk count: {@link Snapshot#freshness()} says so.
     *
     * @throws DiscoveryException if they do not come within the bound, if the view is closed, or if the waiting thread is interrupted
     */
    public Snapshot awaitInstances(int atLeast, Duration bound) {
        return handle.await(
                enough(atLeast),
                bound,
                () -> "fewer than " + atLeast + " instances of " + name + " ("
                        + snapshot().available().size() + ", " + snapshot().freshness() + lastError() + ")");
    }

    /** Twin of {@link #awaitInstances}, without a bound; completes exceptionally when the view is closed. */
    public CompletionStage<Snapshot> awaitInstancesAsync(int atLeast) {
        return handle.whenAsync(enough(atLeast));
    }

    private static Predicate<ViewState<DiscoveredInstance>> enough(int atLeast) {
        return state -> state.begun()
                && Snapshot.available(state.content().shown().values()).size() >= atLeast;
    }

    private String lastError() {
        return ViewHealth.ending(handle.health().lastError());
    }

    /** Waits until the view is closed; false where it is not within the bound, or the waiting thread is interrupted. */
    public boolean awaitClosed(Duration bound) {
        return handle.awaitClosed(bound);
    }

    /** Completes when the view is closed. */
    public CompletionStage<Void> closed() {
        return handle.closed();
    }

    /** How the view fares. */
    public ViewHealth health() {
        return handle.health();
    }

    /** Ends the view, its listeners and waits. Idempotent, never blocks. */
    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
