package dev.rollcall.observe;

import dev.rollcall.internal.ListenerLane;
import java.util.concurrent.Executor;

/**
 * The way of events to an observer: off the thread on which they happen, one at a time, bounded. For Rollcall's own parts.
 *
 * <p>Safe for use by several threads; telling it something never blocks and never throws.
 */
public final class ObserverLane implements Observer, AutoCloseable {

    private record Key(Class<?> kind, String subject) {}

    private final ListenerLane<Observation> lane;

    private ObserverLane(Executor executor, Observer observer) {
        this.lane = new ListenerLane<>(executor, observer::observed, ListenerLane.Merge.latest());
    }

    /** The observer, called on an executor; the same object where it is so already, or watches nothing. */
    public static Observer on(Executor executor, Observer observer) {
        boolean asItIs = observer instanceof ObserverLane || observer == Observer.none();
        return asItIs ? observer : new ObserverLane(executor, observer);
    }

    @Override
    public void observed(Observation event) {
        lane.offer(new Key(event.getClass(), event.subject()), event);
    }

    /** Drops what waits, and tells nothing more. Does not wait. */
    @Override
    public void close() {
        lane.close();
    }
}
