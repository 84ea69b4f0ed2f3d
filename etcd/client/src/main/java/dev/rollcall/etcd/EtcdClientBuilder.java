package dev.rollcall.etcd;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settings of a client that is to be made. Not safe for use by several threads. */
public final class EtcdClientBuilder {

    private final List<Endpoint> endpoints;
    private @Nullable Supplier<Credentials> credentials;
    private Tls tls = Tls.systemTrust();
    private Duration callTimeout = Duration.ofSeconds(5);
    private @Nullable Executor callbackExecutor;
    private Duration watchSilence = Duration.ofSeconds(4);
    private LongSupplier clock = System::nanoTime;

    EtcdClientBuilder(String... endpoints) {
        this.endpoints = Endpoint.parseAll(endpoints);
    }

    /** Logs in with this user and password. */
    public EtcdClientBuilder credentials(Credentials fixed) {
        Objects.requireNonNull(fixed, "credentials");
        return credentials(() -> fixed);
    }

    /**
     * Logs in with the user and password that the supplier gives at that moment, so that a changed password is found.
     *
     * @param current asked before each login, at most once a second, on a thread of the client; calls wait for it within their time, and
     *     while it does not come back it is not asked again
     */
    public EtcdClientBuilder credentials(Supplier<Credentials> current) {
        this.credentials = Objects.requireNonNull(current, "credentials");
        return this;
    }

    /** Uses these PEM files for {@code https} endpoints; the JVM's trusted authorities where this is not called. */
    public EtcdClientBuilder tls(Tls files) {
        this.tls = Objects.requireNonNull(files, "tls");
        return this;
    }

    /** Ends every call after this time, waiting for a connection and repetitions included; 5 s unless set. */
    public EtcdClientBuilder callTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a call timeout is positive, not " + timeout);
        }
        this.callTimeout = timeout;
        return this;
    }

    /**
     * Asks a member from which no watch has heard for so long whether it lives, and leaves it if it does not say so within 3 s more; 4 s
     * unless set. It is also how often watches are told their {@link WatchListener#progress} while nothing happens.
     *
     * @param most at least 1 s
     */
    public EtcdClientBuilder watchSilence(Duration most) {
        if (most.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a watch may be silent for 1 s at least, not for " + most);
        }
        this.watchSilence = most;
        return this;
    }

    /**
     * Calls listeners, and completes stages, on this executor; it is not closed with the client. What it refuses runs on threads of ours
     * (one for each listener that runs, up to 64), as everything does unless this is set.
     */
    public EtcdClientBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = Objects.requireNonNull(executor, "callbackExecutor");
        return this;
    }

    /** Takes monotonic nanoseconds from this clock; those of the JVM unless set. */
    public EtcdClientBuilder clock(LongSupplier nanoseconds) {
        this.clock = Objects.requireNonNull(nanoseconds, "clock");
        return this;
    }

    /** Makes the client. Does not wait for the store: the first call does. */
    public EtcdClient connect() {
        Loop loop = new ThreadLoop(clock);
        Callbacks callbacks = callbackExecutor == null ? Callbacks.onOwnThreads() : Callbacks.on(callbackExecutor);
        Session session = new Session(
                endpoints, credentials, offload -> new GrpcTransport(tls, loop, offload), callTimeout, loop, callbacks);
        Blocking blocking = new Blocking(session);
        WatchPace pace = WatchPace.of(endpoints.size(), watchSilence);
        return new EtcdClient(
                new GrpcKv(session, blocking),
                new GrpcLeases(session, blocking),
                new GrpcWatches(session, credentials == null ? pace : pace.withUsers()),
                new GrpcCluster(session, blocking),
                session);
    }
}
