package dev.rollcall.registration;

import dev.rollcall.observe.Observer;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How a {@link Registrar} works; immutable, each method returns a changed copy. */
public final class RegistrarSettings {

    final RegistrationOptions options;
    final @Nullable Executor listeners;
    final Duration auditPeriod;
    final int watched;
    final Observer observer;

    private RegistrarSettings(
            RegistrationOptions options,
            @Nullable Executor listeners,
            Duration auditPeriod,
            int watched,
            Observer observer) {
        this.options = options;
        this.listeners = listeners;
        this.auditPeriod = auditPeriod;
        this.watched = watched;
        this.observer = observer;
    }

    /** {@link RegistrationOptions#defaults()}, and threads of the registrar's own. */
    public static RegistrarSettings defaults() {
        return new RegistrarSettings(RegistrationOptions.defaults(), null, Duration.ofSeconds(60), 64, Observer.none());
    }

    /** With other options for registrations that bring none of their own. */
    public RegistrarSettings withOptions(RegistrationOptions changed) {
        return new RegistrarSettings(changed, listeners, auditPeriod, watched, observer);
    }

    /** With listeners called on an executor of the user's, which the registrar never closes. */
    public RegistrarSettings withListenerExecutor(Executor executor) {
        return new RegistrarSettings(options, executor, auditPeriod, watched, observer);
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
        return new RegistrarSettings(options, listeners, period, watched, observer);
    }

    /** With another limit to the number of keys that are watched one by one. */
    RegistrarSettings withWatchedKeys(int keys) {
        return new RegistrarSettings(options, listeners, auditPeriod, keys, observer);
    }

    /** With somebody who is told what goes on inside, on the executor for listeners. */
    public RegistrarSettings withObserver(Observer watching) {
        return new RegistrarSettings(options, listeners, auditPeriod, watched, watching);
    }
}
