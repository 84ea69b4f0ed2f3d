package dev.rollcall.micrometer;

import dev.rollcall.pick.Picker;
import dev.rollcall.pick.PickerHealth;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What {@link PickerHealth} says. */
final class PickerMeters {

    private PickerMeters() {}

    static void register(MeterRegistry registry, String name, Picker picker) {
        instances(registry, name, picker, "picked", health -> health.shown() - health.leftOut());
        instances(registry, name, picker, "left out", PickerHealth::leftOut);
        Gauge.builder(
                        "rollcall.picker.calls.active",
                        picker,
                        followed -> followed.health().inFlight())
                .description("Calls in flight")
                .tag("picker", name)
                .register(registry);
        calls(registry, name, picker, "success", PickerHealth::succeeded);
        calls(registry, name, picker, "failure", PickerHealth::failed);
        calls(registry, name, picker, "none", PickerHealth::none);
    }

    private static void instances(
            MeterRegistry registry, String name, Picker picker, String state, ToDoubleFunction<PickerHealth> value) {
        Gauge.builder("rollcall.picker.instances", picker, followed -> value.applyAsDouble(followed.health()))
                .description("Instances that may be picked, and that may not")
                .tag("picker", name)
                .tag("state", state)
                .register(registry);
    }

    private static void calls(
            MeterRegistry registry, String name, Picker picker, String outcome, ToDoubleFunction<PickerHealth> value) {
        FunctionCounter.builder("rollcall.picker.calls", picker, followed -> value.applyAsDouble(followed.health()))
                .description("Calls that ended, and picks that found nobody")
                .tag("picker", name)
                .tag("outcome", outcome)
                .register(registry);
    }
}
