package dev.rollcall;

import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.discovery.DiskViewSettings;
import dev.rollcall.discovery.ViewOptions;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdClientBuilder;
import dev.rollcall.etcd.Tls;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import dev.rollcall.registration.RegistrationOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link Rollcall}; each has a default. For one thread. */
public final class RollcallBuilder {

    private final EtcdClientBuilder client;
    private Keyspace keyspace = Keyspace.standard();
    private String prefix = "";
    private RegistrationOptions registration = RegistrationOptions.defaults();
    private DiscoverySettings discovery = DiscoverySettings.DEFAULTS;
    private @Nullable Executor listenerExecutor;
    private Observer observer = Observer.none();
    private boolean closedAtShutdown = true;

    RollcallBuilder(String... endpoints) {
        this.client = EtcdClient.builder(endpoints);
    }

    /** Logs in with this user and password. Default: not at all. */
    public RollcallBuilder credentials(Credentials credentials) {
        client.credentials(credentials);
        return this;
    }

    /** Logs in with the user and password that the supplier gives at that moment, so that a changed password is found. */
    public RollcallBuilder credentials(Supplier<Credentials> current) {
        client.credentials(current);
        return this;
    }

    /** The PEM files for {@code https} endpoints. Default: the authorities that the JVM trusts. */
    public RollcallBuilder tls(Tls files) {
        client.tls(files);
        return this;
    }

    /** Where instances stand and how they are written. Default: {@link Keyspace#standard()}. */
    public RollcallBuilder keyspace(Keyspace keyspace) {
        this.keyspace = keyspace;
        return this;
    }

    /** A prefix of all keys of instances, so that several live in one store ({@link Keyspace#withPrefix}). Default: none. */
    public RollcallBuilder prefix(String prefix) {
        this.prefix = prefix;
        return this;
    }

    /** How long an instance whose process died stays visible: whole seconds, 1 s to 1 day; etcd grants at least 2 s. Default: 3 s. */
    public RollcallBuilder leaseTime(Duration time) {
        return registration(registration.withLeaseTime(time));
    }

    /** How registrations behave that bring no options of their own; the lease time too. */
    public RollcallBuilder registration(RegistrationOptions options) {
        this.registration = options;
        this.discovery = discovery.withLeaseTime(options.leaseTime());
        return this;
    }

    /** How views show losses that bring no options of their own. */
    public RollcallBuilder views(ViewOptions options) {
        this.discovery = discovery.withOptions(options);
        return this;
    }

    /** How often a view, and what is registered here, is compared with the store, in case a watch left something out; zero for never. Default: 60 s. */
    public RollcallBuilder auditPeriod(Duration period) {
        this.discovery = discovery.withAuditPeriod(period);
        return this;
    }

    /** How old the last proof of a view may be before it is stale though its stream looks open; at least 1 s. Default: 15 s. */
    public RollcallBuilder staleAfter(Duration age) {
        this.discovery = discovery.withStaleAfter(age);
        return this;
    }

    /** How long {@code discover} and {@code follow} wait for the first snapshot; zero for not at all. Default: 5 s. */
    public RollcallBuilder startBound(Duration bound) {
        this.discovery = discovery.withStartBound(bound);
        return this;
    }

    /**
     * Where views are kept on disk, a file each for its owner only, so that the next process begins with the last known instances while the store is away
     * ({@link dev.rollcall.discovery.Freshness#SEEDED}). One directory serves one store. Default: nowhere.
     */
    public RollcallBuilder diskView(Path dir) {
        this.discovery = discovery.withDiskView(dir);
        return this;
    }

    /** As {@link #diskView(Path)}, for views that were known to be right so long ago at most. Default: 7 days. */
    public RollcallBuilder diskView(Path dir, Duration maxAge) {
        this.discovery = discovery.withDiskView(new DiskViewSettings(dir, maxAge));
        return this;
    }

    /** Where listeners are called; never closed by Rollcall. Default: a small pool of ours. */
    public RollcallBuilder listenerExecutor(Executor executor) {
        this.listenerExecutor = executor;
        return this;
    }

    /** Told what goes on inside: late renewals, lost leases, views read anew, losses held back. Default: nobody. */
    public RollcallBuilder observer(Observer observer) {
        this.observer = observer;
        return this;
    }

    /** Whether it is closed when the JVM shuts down, so that instances deregister on {@code SIGTERM}. Default: yes. */
    public RollcallBuilder closeAtShutdown(boolean wanted) {
        this.closedAtShutdown = wanted;
        return this;
    }

    /**
     * Makes it. Does not wait for the store.
     *
     * @throws IllegalArgumentException where the prefix cannot be one
     * @throws IllegalStateException where it is to be closed when the JVM shuts down, and that is what the JVM is about
     * @throws SecurityException where it is to be closed when the JVM shuts down, and a security manager allows no hooks
     */
    public Rollcall connect() {
        // Before there is a client to be closed again.
        Keyspace placed = keyspace.withPrefix(prefix);
        return new Rollcall(
                client.connect(), placed, registration, discovery, listenerExecutor, observer, closedAtShutdown);
    }
}
