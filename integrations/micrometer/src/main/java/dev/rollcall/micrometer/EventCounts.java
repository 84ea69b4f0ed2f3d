package dev.rollcall.micrometer;

import dev.rollcall.observe.Observation;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** How often what happened. */
final class EventCounts {

    private final LongAdder late = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder swapped = new LongAdder();
    private final LongAdder resyncs = new LongAdder();
    private final LongAdder outages = new LongAdder();
    private final LongAdder holds = new LongAdder();
    private final LongAdder differences = new LongAdder();
    private final LongAdder failures = new LongAdder();

    void count(Observation event) {
        if (event instanceof Observation.RenewalLate) {
            late.increment();
        } else if (event instanceof Observation.LeaseLost) {
            lost.increment();
        } else if (event instanceof Observation.LeaseSwapped) {
            swapped.increment();
        } else if (event instanceof Observation.Resynced) {
            resyncs.increment();
        } else if (event instanceof Observation.ViewStale) {
            outages.increment();
        } else if (event instanceof Observation.GuardHeld) {
            holds.increment();
        } else if (event instanceof Observation.AuditDifference difference) {
            differences.add(difference.keys());
        } else if (event instanceof Observation.ListenerFailed) {
            failures.increment();
        }
    }

    void register(MeterRegistry registry) {
        counter(registry, "rollcall.renewals.late", "Leases that may have run out", late);
        counter(registry, "rollcall.leases.lost", "Leases that ran out, or were revoked by others", lost);
        counter(registry, "rollcall.leases.swapped", "Leases given up after an election", swapped);
        counter(registry, "rollcall.resyncs", "Views that were read anew", resyncs);
        counter(registry, "rollcall.outages", "Times at which a view lost the store", outages);
        counter(registry, "rollcall.guard.holds", "Times at which losses were held back", holds);
        counter(registry, "rollcall.audit.differences", "Keys that an audit found different", differences);
        counter(registry, "rollcall.listener.failures", "Exceptions of listeners", failures);
    }

    private static void counter(MeterRegistry registry, String name, String description, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .register(registry);
    }
}
