package dev.rollcall.discovery;

import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The live view of the overlays of a keyspace: who is taken out of service by hand. There is one for each {@link Discovery}, whatever the number of views,
 * and it lives as long.
 *
 * <p>It has its own health and shares nothing of it: where overlays cannot be read, be it for want of permission, what was known of them last counts on, and
 * views go on as if there were no others. A value that cannot be read leaves the last good one in force. Safe for use by several threads.
 */
public final class OverlayView {

    private static final int FIRST_MILLIS = 200;

    private final ViewHandle<OverlayEntry, Overlays> handle;
    private final TimeSource time;
    private final long firstBy;

    OverlayView(ViewHandle<OverlayEntry, Overlays> handle, TimeSource time) {
        this.handle = handle;
        this.time = time;
        this.firstBy = time.nanos() + Duration.ofMillis(FIRST_MILLIS).toNanos();
    }

    /** What is known now: one volatile read, and the same object while nothing changes. */
    public Overlays now() {
        return handle.published();
    }

    /**
     * As {@link #now()}, but waits for the first answer of the store: until {@value #FIRST_MILLIS} ms after this view was opened at the latest, so that only
     * who asks right after its beginning ever waits.
     */
    public Overlays first() {
        long left = firstBy - time.nanos();
        if (left > 0 && !handle.state().known()) {
            handle.awaitKnown(Duration.ofNanos(left));
        }
        return now();
    }

    /**
     * Waits until the overlays were read.
     *
     * @throws DiscoveryException if they were not within the bound, if the discovery is closed, or if the waiting thread is interrupted
     */
    public Overlays awaitSnapshot(Duration bound) {
        return handle.await(
                ViewState::known, bound, () -> "overlays were not read" + ViewHealth.ending(health().lastError()));
    }

    /** Tells a listener what is known, and then each change; of several that a slow one missed, the last. */
    public Subscription addListener(Consumer<Overlays> listener) {
        return handle.subscribe(new Telling(listener));
    }

    /** How it fares. Not among {@link Discovery#health()}, for nothing depends on it. */
    public ViewHealth health() {
        return handle.health();
    }

    void close() {
        handle.close();
    }

    /** One listener, told of each state once. */
    private final class Telling implements Consumer<Told<OverlayEntry, Overlays>> {

        private final Consumer<Overlays> listener;
        private Overlays last = Overlays.none();
        private boolean begun;

        Telling(Consumer<Overlays> listener) {
            this.listener = listener;
        }

        @Override
        public void accept(Told<OverlayEntry, Overlays> told) {
            Overlays current = now();
            if (!begun || current != last) {
                begun = true;
                last = current;
                listener.accept(current);
            }
        }
    }
}
