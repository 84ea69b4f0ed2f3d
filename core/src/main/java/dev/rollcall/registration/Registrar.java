package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.PatientWait;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import dev.rollcall.observe.ObserverLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers instances and keeps them registered.
 *
 * <p>All registrations of one lease time live by one lease with one keep-alive, however many there are. Nothing here waits for the store but what says so,
 * and nothing fails because the store is away. Safe for use by several threads.
 */
public final class Registrar implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);
    private static final Duration FAREWELL_BOUND = Duration.ofSeconds(1);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

    private final RegistrarLoop loop;
    private final List<AutoCloseable> owned;
    private final Map<Bytes, HeldRegistration> registrations = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A registrar on this loop, which closes what is its own in this order. */
    Registrar(RegistrarLoop loop, List<AutoCloseable> owned) {
        this.loop = loop;
        this.owned = owned;
    }

    /**
     * A registrar on a client, which it never closes; close the registrar first.
     *
     * @param client the store
     * @param keyspace where instances stand and how they are written
     * @param settings threads, and the options of registrations that bring none
     */
    public static Registrar over(EtcdClient client, Keyspace keyspace, RegistrarSettings settings) {
        CallbackPool thread = CallbackPool.start("rollcall-registrar", 1);
        Timer timer = Timer.start();
        List<AutoCloseable> owned = new ArrayList<>(List.of(thread, timer));
        Executor listeners = settings.listeners;
        if (listeners == null) {
            CallbackPool pool = CallbackPool.start();
            owned.add(pool);
            listeners = pool;
        }
        Observer watching = ObserverLane.on(listeners, settings.observer);
        if (watching != settings.observer && watching instanceof ObserverLane lane) {
            owned.add(0, lane);
        }
        RegistrarSettings observed = settings.withObserver(watching);
        RegistrarLoop loop = new RegistrarLoop(
                client, keyspace, observed, thread, listeners, timer, TimeSource.system(), RandomSource.system());
        return new Registrar(loop, owned);
    }

    /** Registers an instance with the registrar's options. */
    public Registration register(Instance instance) {
        return register(instance, loop.settings.options);
    }

    /**
     * Registers an instance. Does not wait: {@link Registration#awaitRegistered} does.
     *
     * @throws IllegalArgumentException if the keyspace cannot write it
     * @throws IllegalStateException if this registrar has it registered already, or is closed
     */
    public Registration register(Instance instance, RegistrationOptions options) {
        return registerAll(List.of(instance), options).get(0);
    }

    /** Registers instances with the registrar's options. */
    public List<Registration> registerAll(Collection<Instance> instances) {
        return registerAll(instances, loop.settings.options);
    }

    /**
     * Registers many instances at once, in as few requests as the store allows; each stands or falls by itself.
     *
     * @return one for each instance, in their order
     * @throws IllegalArgumentException if the keyspace cannot write one of them; then none is registered
     * @throws IllegalStateException if this registrar has one of them registered already, or is closed; then none is registered
     */
    public List<Registration> registerAll(Collection<Instance> instances, RegistrationOptions options) {
        List<HeldRegistration> added = new ArrayList<>(instances.size());
        for (Instance instance : instances) {
            added.add(new HeldRegistration(loop, instance, options));
        }
        Map<HeldRegistration, CompletionStage<Void>> predecessors = new LinkedHashMap<>();
        try {
            added.forEach(one -> predecessors.put(one, enter(one)));
        } catch (IllegalStateException e) {
            predecessors.keySet().forEach(one -> registrations.remove(one.key(), one));
            throw e;
        }
        boolean taken = !closed.get() && loop.serial.offer(() -> predecessors.forEach(this::start));
        if (!taken) {
            added.forEach(HeldRegistration::markClosed);
            predecessors.keySet().forEach(one -> registrations.remove(one.key(), one));
            throw new IllegalStateException("the registrar is closed; nothing can be registered any more");
        }
        return List.copyOf(added);
    }

    /** Puts a registration into the map; answers when the one that had the key before is gone. */
    private CompletionStage<Void> enter(HeldRegistration added) {
        List<HeldRegistration> before = new ArrayList<>(1);
        registrations.compute(added.key(), (key, present) -> {
            if (present != null && present.state() != RegistrationState.CLOSED) {
                throw new IllegalStateException(added.instance().identity()
                        + " is registered already; update that registration, or close it first");
            }
            if (present != null) {
                before.add(present);
            }
            return added;
        });
        return before.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : before.get(0).whenEnded();
    }

    private void start(HeldRegistration added, CompletionStage<Void> predecessor) {
        added.whenEnded().whenComplete((nothing, error) -> registrations.remove(added.key(), added));
        if (predecessor.toCompletableFuture().isDone()) {
            added.claim().start();
        } else {
            predecessor.whenComplete((nothing, error) -> loop.serial.offer(added.claim()::start));
        }
    }

    /** The registrations that are not closed. */
    public List<Registration> registrations() {
        return registrations.values().stream()
                .filter(one -> one.state() != RegistrationState.CLOSED)
                .map(Registration.class::cast)
                .toList();
    }

    /** Whether others can see what is registered here, judged by the clock at the moment of the call. */
    public RegistrarHealth health() {
        Map<InstanceId, RegistrationState> states = new LinkedHashMap<>();
        Optional<String> problem = Optional.ofNullable(loop.trouble.last()).map(EtcdException::getMessage);
        boolean visible = true;
        long remaining = Long.MAX_VALUE;
        for (HeldRegistration one : registrations.values()) {
            RegistrationState state = one.state();
            if (state == RegistrationState.CLOSED) {
                continue;
            }
            states.put(one.instance().identity(), state);
            if (state != RegistrationState.REGISTERED) {
                problem = visible ? Optional.of(one.instance().identity() + ": " + one.reason()) : problem;
                visible = false;
            }
            remaining = Math.min(remaining, Math.max(0, one.claim().surely()));
        }
        Duration surely = Duration.ofNanos(remaining == Long.MAX_VALUE ? 0 : remaining);
        return new RegistrarHealth(visible, states, surely, loop.auditDifferences(), problem);
    }

    /**
     * Deregisters everything and revokes the leases, within 2 s; what the store did not hear by then runs out with its lease. Leaves no thread behind.
     * An interrupt does not cut it short. Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        List<HeldRegistration> open = List.copyOf(registrations.values());
        CompletableFuture<Void> done = beginClosing(open);
        if (done != null) {
            await(done, CLOSE_BOUND);
        }
        CompletableFuture<Void> abandoned = new CompletableFuture<>();
        boolean taken = loop.serial.offer(() -> {
            open.forEach(one -> one.claim().abandon());
            loop.log.sum();
            abandoned.complete(null);
        });
        if (taken) {
            await(abandoned, Duration.ofMillis(200));
        }
        open.forEach(HeldRegistration::ended);
        loop.serial.close();
        owned.forEach(Registrar::closeQuietly);
    }

    /** Begins to deregister; what comes back completes when the leases are revoked, and is null where nothing can be begun. */
    @Nullable CompletableFuture<Void> beginClosing(List<HeldRegistration> open) {
        open.forEach(HeldRegistration::markClosed);
        CompletableFuture<Void> done = new CompletableFuture<>();
        return loop.serial.offer(() -> leave(open, done)) ? done : null;
    }

    /** First every instance says that it leaves, then the leases go, and the keys with them. */
    private void leave(List<HeldRegistration> open, CompletableFuture<Void> done) {
        CompletionStage<Void> said = CompletableFuture.allOf(
                open.stream().map(one -> one.whenEnded().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
        AtomicBoolean revoking = new AtomicBoolean();
        Runnable revoke = () -> {
            if (revoking.compareAndSet(false, true)) {
                loop.calls.drop();
                CompletionStage<Void> revoked = CompletableFuture.allOf(
                        loop.leases().stream().map(LeaseLoop::close).toArray(CompletableFuture<?>[]::new));
                revoked.thenCompose(nothing -> loop.overlays.sweep())
                        .whenComplete((nothing, error) -> done.complete(null));
            }
        };
        loop.after(FAREWELL_BOUND.toNanos(), revoke);
        for (HeldRegistration one : open) {
            one.moved();
            one.claim().feed(new ClaimEvent.Leave(one.farewell(), true));
        }
        said.whenComplete((nothing, error) -> loop.serial.offer(revoke));
    }

    private static void await(CompletableFuture<Void> future, Duration bound) {
        if (!PatientWait.within(bound, nanos -> isDone(future, nanos))) {
            log.info("the store did not answer while the registrar closed; leases run out by themselves");
        }
    }

    private static boolean isDone(CompletableFuture<Void> future, long nanos) throws InterruptedException {
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            log.warn("closing {} failed", resource, e);
        }
    }
}
