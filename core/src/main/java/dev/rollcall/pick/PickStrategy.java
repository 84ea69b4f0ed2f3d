package dev.rollcall.pick;

import dev.rollcall.discovery.ServiceView;
import dev.rollcall.internal.RandomSource;

/** A way to spread calls over the instances of a view. */
@FunctionalInterface
public interface PickStrategy {

    /** A picker that follows the view. Build it once and keep it; it needs no closing. */
    Picker over(ServiceView view);

    /** One after the other in key order, beginning somewhere, so that many callers do not all begin with the first. */
    static PickStrategy roundRobin() {
        return view -> new RoundRobinPicker(new Candidates(view::snapshot), RandomSource.system());
    }

    /** Any, each as likely as the others. */
    static PickStrategy random() {
        return view -> new RandomPicker(new Candidates(view::snapshot), RandomSource.system());
    }
}
