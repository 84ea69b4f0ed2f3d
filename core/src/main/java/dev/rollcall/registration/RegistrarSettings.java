package dev.rollcall.registration;

import dev.rollcall.instance.Incarnation;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.observe.Observer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a {@link Registrar} works; immutable, each method returns a changed copy. */
public final class RegistrarSettings {

    final RegistrationOptions options;
    final @Nullable Executor listeners;
    final Duration auditPeriod;
    final int watched;
    final Observer observer;

    /** Names the next registration; gives null where registrations have no names. */
    final Supplier<@Nullable Incarnation> incarnations;

    private RegistrarSettings(
            RegistrationOptions options,
            @Nullable Executor listeners,
            Duration auditPeriod,
            int watched,
            Observer observer,
            Supplier<@Nullable Incarnation> incarnations) {
        this.options = options;
        this.listeners = listeners;
        this.auditPeriod = auditPeriod;
        this.watched = watched;
        this.observer = observer;
        this.incarnations = incarnations;
    }

    /** {@link RegistrationOptions#defaults()}, and threads of the registrar's own. */
    public static RegistrarSettings defaults() {
        return new RegistrarSettings(
                RegistrationOptions.defaults(),
                null,
                Duration.ofSeconds(60),
                64,
                Observer.none(),
                RegistrarSettings::anyIncarnation);
    }

    private static Incarnation anyIncarnation() {
        long number = RandomSource.system().below(Long.MAX_VALUE);
        return Incarnation.named(HexFormat.of().toHexDigits(number));
    }

    /** With registrations that bear no name of their own. */
    RegistrarSettings withoutIncarnations() {
        return new RegistrarSettings(options, listeners, auditPeriod, watched, observer, () -> null);
    }

    /** With other options for registrations that bring none of their own. */
    public RegistrarSettings withOptions(RegistrationOptions changed) {
        return new RegistrarSettings(changed, listeners, auditPeriod, watched, observer, incarnations);
    }

    /** With listeners called on an executor of the user's, which the registrar never closes. */
    public RegistrarSettings withListenerExecutor(Executor executor) {
        return new RegistrarSettings(options, executor, auditPeriod, watched, observer, incarnations);
    }

    /**
     * With another time between audits: all keys of a lease compared with what is believed of them. Each comes a random fifth sooner or later.
     *
     * @param period zero for no audits but those after an outage; 60 s by default
     */
    public RegistrarSettings withAuditPeriod(Duration period) {
        if (period.isNegative()) {
            throw new IllegalArgumentException("the time between audits is zero or more, not " + period);
        }
        return new RegistrarSettings(options, listeners, period, watched, observer, incarnations);
    }

    /** With another limit to the number of keys that are watched one by one. */
    RegistrarSettings withWatchedKeys(int keys) {
        return new RegistrarSettings(options, listeners, auditPeriod, keys, observer, incarnations);
    }

    /** With somebody who is told what goes on inside, on the executor for listeners. */
    public RegistrarSettings withObserver(Observer watching) {
        return new RegistrarSettings(options, listeners, auditPeriod, watched, watching, incarnations);
    }
}
