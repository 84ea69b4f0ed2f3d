package dev.rollcall.registration;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Makes registrars that run in virtual time. */
public final class SimulatedRegistrar {

    private SimulatedRegistrar() {}

    public static Registrar over(
            EtcdClient client,
            Keyspace keyspace,
            Executor threads,
            Executor listeners,
            Timer timer,
            TimeSource time,
            RandomSource random) {
        RegistrarLoop loop = new RegistrarLoop(
                client,
                keyspace,
                RegistrarSettings.defaults().withoutIncarnations(), // drawn from a chance that nobody can replay
                threads,
                listeners,
                timer,
                time,
                random);
        return new Registrar(loop, List.of());
    }

    /** Begins what {@link Registrar#close()} does, without waiting for it; null where it can not. */
    public static @Nullable CompletionStage<Void> beginClosing(Registrar registrar) {
        return registrar.beginClosing(registrar.registrations().stream()
                .map(HeldRegistration.class::cast)
                .toList());
    }

    /** The lease, surely alive, under which a registration says that its key stands; 0 where it does not say so. */
    public static long claimed(Registration registration) {
        HeldRegistration held = (HeldRegistration) registration;
        return held.state() == RegistrationState.REGISTERED
                ? held.claim().claim().known().lease().value()
                : 0;
    }
}
