package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.util.Optional;

/**
 * Gives the instance for the next call.
 *
 * <p>Picked is only what wants work (status {@code UP}) and has an endpoint, among what the view's latest snapshot shows; also when that is stale,
 * for what was there is a better guess than nothing. A pick reads one volatile field, takes no lock and allocates nothing, but for the first after a new
 * snapshot. Safe for use by several threads.
 */
public interface Picker {

    /**
     * The next instance.
     *
     * @throws NoInstanceException where there is none to pick; it says why
     */
    Instance pick();

    /** The next instance; empty where there is none to pick. */
    Optional<Instance> tryPick();
}
