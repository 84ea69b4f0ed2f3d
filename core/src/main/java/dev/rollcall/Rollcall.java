package dev.rollcall;

import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.discovery.FollowListener;
import dev.rollcall.discovery.Follower;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.Subscription;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.Overlay;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import dev.rollcall.observe.ObserverLane;
import dev.rollcall.registration.Registrar;
import dev.rollcall.registration.RegistrarSettings;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationOptions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Registration and discovery on one store.
 *
 * <p>One serves a whole process: all registrations live by one lease, all views by one stream. Nothing is done until something is registered or
 * discovered, and nothing fails because the store is away. Safe for use by several threads.
 *
 * <p>Closing it deregisters everything at once; so does the end of the JVM, unless {@link RollcallBuilder#closeAtShutdown} says no.
 */
public final class Rollcall implements AutoCloseable {

    private final EtcdClient client;
    private final Keyspace keyspace;
    private final Registrar registrar;
    private final Discovery discovery;
    private final Closing closing;

    Rollcall(
            EtcdClient client,
            Keyspace keyspace,
            RegistrationOptions registration,
            DiscoverySettings discovery,
            @Nullable Executor listenerExecutor,
            Observer observer,
            boolean closedAtShutdown) {
        Executor listeners = listenerExecutor == null ? CallbackPool.start() : listenerExecutor;
        Observer watching = ObserverLane.on(listeners, observer);
        this.client = client;
        this.keyspace = keyspace;
        this.registrar = Registrar.over(
                client,
                keyspace,
                RegistrarSettings.defaults()
                        .withOptions(registration)
                        .withAuditPeriod(discovery.auditPeriod())
                        .withListenerExecutor(listeners)
                        .withObserver(watching));
        this.discovery = Discovery.over(
                client, keyspace, discovery.withListenerExecutor(listeners).withObserver(watching));
        this.closing = new Closing(registrar, this.discovery, client, listeners);
        if (closedAtShutdown) {
            try {
                closing.atShutdown();
            } catch (IllegalStateException | SecurityException ends) {
                // The JVM is about it, or takes no hooks: nobody else would ever close what was made above.
                closing.close();
                throw ends;
            }
        }
    }

    /**
     * Rollcall with its defaults, on the store at these endpoints. Does not wait for the store.
     *
     * @param endpoints such as {@code http://10.0.0.1:2379}, one or several members of one cluster; each may be a list with commas
     */
    public static Rollcall connect(String... endpoints) {
        return builder(endpoints).connect();
    }

    /** The way to a Rollcall with settings, on the store at these endpoints. */
    public static RollcallBuilder builder(String... endpoints) {
        return new RollcallBuilder(endpoints);
    }

    /**
     * Rollcall as the environment says.
     *
     * <p>{@code ROLLCALL_ENDPOINTS} (default {@code http://127.0.0.1:2379}), {@code ROLLCALL_USER} ({@code name:password}, or with
     * {@code ROLLCALL_PASSWORD}), {@code ROLLCALL_CACERT}, {@code ROLLCALL_CERT} and {@code ROLLCALL_KEY} (PEM files), {@code ROLLCALL_KEYSPACE}
     * ({@link Keyspace#parse}), {@code ROLLCALL_PREFIX}, {@code ROLLCALL_LEASE} (seconds). Where one is not set, {@code ETCDCTL_...} of the same name counts.
     *
     * @throws IllegalArgumentException with the name of the variable and what to do, where one is malformed
     */
    public static Rollcall fromEnvironment() {
        return builder(System.getenv()).connect();
    }

    /**
     * The way to a Rollcall with the settings of an environment, as {@link #fromEnvironment} reads it.
     *
     * @param environment the variables, by name
     * @throws IllegalArgumentException with the name of the variable and what to do, where one is malformed
     */
    public static RollcallBuilder builder(Map<String, String> environment) {
        return new RollcallEnvironment(environment).read();
    }

    /**
     * Registers an instance, and keeps it registered until the handle, or this, is closed. Does not wait: {@link Registration#awaitRegistered} does.
     *
     * @throws IllegalArgumentException if the keyspace cannot write it
     * @throws IllegalStateException if it is registered here already, or this is closed
     */
    public Registration register(Instance instance) {
        return registrar.register(instance);
    }

    /** As {@link #register(Instance)}, with options of its own. */
    public Registration register(Instance instance, RegistrationOptions options) {
        return registrar.register(instance, options);
    }

    /** Registers many instances, in as few requests as the store allows; each stands or falls by itself. */
    public List<Registration> registerAll(Collection<Instance> instances) {
        return registrar.registerAll(instances);
    }

    /**
     * A live view of a service. Returns with the first snapshot; where the store does not answer within the bound ({@link RollcallBuilder#startBound}),
     * empty and stale, or with what is on disk ({@link RollcallBuilder#diskView}), and goes on trying.
     */
    public ServiceView discover(String service) {
        return discovery.view(service);
    }

    /** As {@link #discover(String)}, with a listener that is told of all there is and then of each change. */
    public ServiceView discover(String service, SnapshotListener listener) {
        return listened(discovery.view(service), listener);
    }

    /** A live view of all services below a directory of services; empty for all there are. */
    public ServiceView discoverAll(String dir) {
        return discovery.directory(dir);
    }

    /** As {@link #discoverAll(String)}, with a listener. */
    public ServiceView discoverAll(String dir, SnapshotListener listener) {
        return listened(discovery.directory(dir), listener);
    }

    private static ServiceView listened(ServiceView view, SnapshotListener listener) {
        view.addListener(listener);
        return view;
    }

    /** The names of the services that have an instance at this moment, in alphabetical order. Asks the store. */
    public List<String> services() {
        return discovery.services();
    }

    /**
     * Follows raw keys and values below a directory of the store, at any depth, whatever the keyspace and its prefix: {@code /test} is
     * {@code /test/...}. First what is there is told as put.
     */
    public Follower follow(String dir, FollowListener put, FollowListener delete) {
        return discovery.follow(dir, put, delete);
    }

    /**
     * Takes an instance out of service by hand, until {@link #resume} or its end: no picker anywhere chooses it. As {@link Discovery#takeOut}.
     *
     * @param reason for people, such as {@code the disk is full}
     */
    public Overlay takeOut(String service, String id, String reason) {
        return discovery.takeOut(new InstanceId(service, id), reason);
    }

    /** Takes back what {@link #takeOut} did; answers what that was, or nothing. As {@link Discovery#resume}. */
    public Optional<Overlay> resume(String service, String id) {
        return discovery.resume(new InstanceId(service, id));
    }

    /**
     * Tells a listener whether what is registered here is taken out of service by hand: first, and at each change, on the executor for listeners. Opens the
     * watch of {@link Discovery#overlays()}. In a format that does not name incarnations, such as the plain one, it hears nothing.
     */
    public Subscription onOverlay(Registration registration, Consumer<Optional<Overlay>> listener) {
        return discovery.overlays().addListener(new OwnOverlay(registration, listener));
    }

    /** The half that registers. */
    public Registrar registrar() {
        return registrar;
    }

    /** The half that discovers. */
    public Discovery discovery() {
        return discovery;
    }

    /** The client of the store; closed with this. */
    public EtcdClient etcd() {
        return client;
    }

    /** Where instances stand and how they are written, the prefix included. */
    public Keyspace keyspace() {
        return keyspace;
    }

    /** How it fares at this moment. Does not ask the store. */
    public RollcallHealth health() {
        return new RollcallHealth(registrar.health(), discovery.health());
    }

    /**
     * Deregisters everything, ends the views and closes the client, within 3 s whatever the store does. Leaves no thread behind. An interrupt does not cut
     * it short. May be called by a listener. Idempotent.
     */
    @Override
    public void close() {
        closing.close();
    }
}
