package dev.rollcall.micrometer;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ViewHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What {@link ViewHealth} says of the views of one name, as long as there is one. */
final class ViewMeters {

    private final String name;
    private final Rollcall rollcall;
    private final List<Registered> registered = new ArrayList<>();

    private record Registered(MeterRegistry registry, Meter meter) {}

    ViewMeters(String name, Rollcall rollcall) {
        this.name = name;
        this.rollcall = rollcall;
    }

    void register(MeterRegistry registry) {
        gauge(registry, "rollcall.view.instances", "Entries shown", ViewHealth::entries);
        gauge(registry, "rollcall.view.held", "Entries gone from the store and held back", ViewHealth::held);
        gauge(registry, "rollcall.view.quarantined", "Keys that cannot be read", ViewHealth::quarantined);
        gauge(
                registry,
                "rollcall.view.live",
                "Whether it follows the store",
                view -> view.freshness() == Freshness.LIVE ? 1 : 0);
        Meter age = TimeGauge.builder(
                        "rollcall.view.age",
                        rollcall,
                        TimeUnit.NANOSECONDS,
                        followed -> value(followed, view -> (double) view.age().toNanos()))
                .description("How long ago it was last known to be right")
                .tag("view", name)
                .register(registry);
        registered.add(new Registered(registry, age));
    }

    /** Takes its meters out of all registries. */
    void remove() {
        registered.forEach(one -> one.registry().remove(one.meter()));
        registered.clear();
    }

    private void gauge(MeterRegistry registry, String meter, String description, ToDoubleFunction<ViewHealth> value) {
        Gauge gauge = Gauge.builder(meter, rollcall, followed -> value(followed, value))
                .description(description)
                .tag("view", name)
                .register(registry);
        registered.add(new Registered(registry, gauge));
    }

    private double value(Rollcall followed, ToDoubleFunction<ViewHealth> value) {
        for (ViewHealth view : followed.discovery().health()) {
            if (view.name().equals(name)) {
                return value.applyAsDouble(view);
            }
        }
        return Double.NaN;
    }
}
