package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives the instance for the next call.
 *
 * <p>Picked is only what wants work (status {@code UP}), has an endpoint and was not taken out of service by hand, among what the view shows; also when that is
 * stale, for what was there is a better guess than nothing. A change is heeded within 10 ms, at once where nobody else could be picked. A pick takes no lock and allocates nothing, but
 * for the first after a change; one that finds nobody while another thread puts a change in order waits for that, 10 ms at most. Safe for use by several threads.
 *
 * <p>{@link #start()} picks and counts: from what callers say of their calls a picker learns who is slow, busy or broken. Who only picks may tell it by
 * {@link #succeeded} and {@link #failed}. Both are wait-free.
 */
public interface Picker {

    /**
     * The next instance.
     *
     * @throws NoInstanceException where there is none to pick; it says why
     */
    Instance pick();

    /**
     * The instance for a key, where the strategy goes by keys; else as {@link #pick()}.
     *
     * @param key what the call is about: equal keys go to the same instance as long as they can. Its {@code hashCode()} must be the same in all processes,
     *     as that of texts and numbers is
     * @throws NoInstanceException where there is none to pick; it says why
     */
    Instance pick(Object key);

    /** The next instance; empty where there is none to pick. Never waits: while another thread puts a change in order, what there was before counts. */
    Optional<Instance> tryPick();

    /**
     * Picks, and counts the call until it is closed.
     *
     * @throws NoInstanceException where there is none to pick; it says why
     */
    Call start();

    /**
     * As {@link #start()}, for a key as {@link #pick(Object)} takes it.
     *
     * @throws NoInstanceException where there is none to pick; it says why
     */
    Call start(Object key);

    /** Says that a call to an instance succeeded, and how long it took. An instance that is no longer shown is ignored. */
    void succeeded(Instance instance, Duration latency);

    /** Says that a call to an instance failed through its fault, and after how long. An instance that is no longer shown is ignored. */
    void failed(Instance instance, Duration latency, Throwable cause);

    /** How it fares. Takes time: for people and tools. */
    PickerHealth health();

    /** The instances that are shown and not picked at present, by identity, each with the reason. Takes time: for people and tools. */
    List<LeftOut> leftOut();
}
