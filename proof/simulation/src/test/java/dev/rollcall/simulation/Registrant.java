package dev.rollcall.simulation;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registrar;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import dev.rollcall.registration.SimulatedRegistrar;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that registers. */
final class Registrant {

    static final Keyspace KEYSPACE = Keyspace.standard();

    final Host host;
    private final Scheduler scheduler;
    private final Registrar registrar;
    private final List<Held> all = new ArrayList<>();

    /** One registration and what has been done with it. */
    static final class Held {
        final Bytes key;
        final Registration registration;
        long changedAt;
        boolean closing;
        boolean ended;
        boolean gone;
        /** When the close was over, or its deletion was carried out before that. */
        long overAt = Long.MAX_VALUE;
        /** Until when what arrived after that may stand. */
        long sweptBy;

        long claimed;
        RegistrationState state = RegistrationState.REGISTERING;
        int writes;
        long writesSince;

        Held(Bytes key, Registration registration) {
            this.key = key;
            this.registration = registration;
        }

        boolean isOpen() {
            return !closing && registration.state() != RegistrationState.CLOSED;
        }
    }

    Registrant(Host host, Scheduler scheduler, EtcdClient client) {
        this.host = host;
        this.scheduler = scheduler;
        this.registrar = SimulatedRegistrar.over(
                client, KEYSPACE, host.thread(), host.threads(500 * Scheduler.MICROS), host, host, host);
    }

    static Bytes key(Instance instance) {
        return Bytes.wrap(KEYSPACE.key(instance.identity()).toByteArray());
    }

    List<Held> all() {
        return all;
    }

    /** What it last did with a key; null where it never had it. */
    @Nullable Held last(Bytes key) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).key.equals(key)) {
                return all.get(i);
            }
        }
        return null;
    }

    /** When the last of those that it held a key by was over: each looks for what it may have written itself. */
    long overAt(Bytes key) {
        return all.stream()
                .filter(held -> held.key.equals(key))
                .mapToLong(held -> held.overAt)
                .max()
                .orElse(0);
    }

    void register(Instance instance) {
        Held before = last(key(instance));
        if (before != null && before.isOpen()) {
            return;
        }
        Held held = new Held(key(instance), registrar.register(instance));
        held.changedAt = scheduler.now();
        if (before != null && before.ended) {
            all.remove(before);
        }
        all.add(held);
    }

    void update(Held held, int value) {
        if (held.isOpen()) {
            held.changedAt = scheduler.now();
            held.registration.update(
                    me -> me.toBuilder().metadata("n", Integer.toString(value)).build());
        }
    }

    /** Deregisters, and tells when it has ended. */
    void close(Held held, Consumer<Held> ended) {
        if (held.isOpen()) {
            held.closing = true;
            held.changedAt = scheduler.now();
            CompletionStage<Void> gone = held.registration.closeAsync();
            gone.whenComplete((nothing, failure) -> {
                held.ended = true;
                held.overAt = Math.min(held.overAt, scheduler.now());
                ended.accept(held);
            });
        }
    }

    /** Deregisters everything, as at the end of a process; then runs the task. */
    void closeAll(Runnable then) {
        for (Held held : all) {
            held.closing = true;
        }
        CompletionStage<Void> done = SimulatedRegistrar.beginClosing(registrar);
        if (done == null) {
            then.run();
        } else {
            done.whenComplete((nothing, failure) -> then.run());
        }
    }
}
