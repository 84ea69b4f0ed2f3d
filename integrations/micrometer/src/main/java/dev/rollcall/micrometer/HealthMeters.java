package dev.rollcall.micrometer;

import dev.rollcall.Rollcall;
import dev.rollcall.registration.RegistrationState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What {@link dev.rollcall.registration.RegistrarHealth} says. */
final class HealthMeters {

    private HealthMeters() {}

    static void register(MeterRegistry registry, Rollcall rollcall) {
        Gauge.builder(
                        "rollcall.visible",
                        rollcall,
                        followed -> followed.registrar().health().visible() ? 1 : 0)
                .description("Whether all that is registered here is seen by others")
                .register(registry);
        TimeGauge.builder("rollcall.lease.remaining", rollcall, TimeUnit.NANOSECONDS, followed ->
                        (double) followed.registrar().health().leaseRemaining().toNanos())
                .description("How long registrations surely stay visible without another word from the store")
                .register(registry);
        for (RegistrationState state : RegistrationState.values()) {
            if (state != RegistrationState.CLOSED) {
                Gauge.builder("rollcall.registrations", rollcall, followed -> count(followed, state))
                        .description("Registrations, by where they stand")
                        .tag("state", state.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
    }

    private static double count(Rollcall rollcall, RegistrationState wanted) {
        return rollcall.registrar().health().registrations().values().stream()
                .filter(state -> state == wanted)
                .count();
    }
}
