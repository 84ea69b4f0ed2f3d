package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.AuthGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of one client share: its loop, its connections, its token, its calls, and the place where user code runs.
 *
 * <p>A part that keeps a stream open does it like this, all on the loop: {@link Stream#open} with {@link Lane#LEASES} or
 * {@link Lane#WATCHES}; on {@code ended} it decides by itself when to open the next ({@link Loop#schedule}, jitter from {@link Loop#random}).
 * The connection under it is made, paced (one attempt a second for each endpoint) and proven by {@link Connections}, so an owner may open
 * the next stream at once and simply waits. A stream that is silent is cancelled by its owner, who avoids its endpoint the next time, or
 * calls {@link Connections#replace} so that the next stream gets a fresh connection to the same member. {@link Loop#now} is the clock. User code
 * is called through an executor of {@link Callbacks#serial}. {@link #onClose} says what is to be done, on the loop, when the client closes.
 */
final class Session implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    /** One for each that may hang: names, the supplier of credentials, the disk. */
    private static final int LOOKUPS = 3;

    /** One reading of files and one question for credentials. */
    private static final int OFFLOADED = 2;

    private static final AtomicInteger count = new AtomicInteger();

    private final List<Endpoint> endpoints;
    private final Loop loop;
    private final Callbacks callbacks;
    private final Connections connections;
    private final Tokens tokens;
    private final Calls calls;
    private final LogBudget logBudget;
    private final ThreadPoolExecutor lookups;
    private final ThreadPoolExecutor offload;
    private final List<Runnable> closers = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A session on these endpoints.
     *
     * @param transport makes channels; it may use the given threads to look up names
     */
    Session(
            List<Endpoint> endpoints,
            @Nullable Supplier<Credentials> credentials,
            Function<Executor, Transport> transport,
            Duration callTimeout,
            Loop loop,
            Callbacks callbacks) {
        this.endpoints = List.copyOf(endpoints);
        this.loop = loop;
        this.callbacks = callbacks;
        this.logBudget = new LogBudget(loop::now);
        // Their queues are bounded by what is open: one look-up for each connection; one login, one reading of files.
        lookups = threads("lookup", LOOKUPS);
        offload = threads("offload", OFFLOADED);
        Dialer dialer = new Dialer(transport.apply(lookups), loop, offload);
        connections = new Connections(shuffled(endpoints, loop), dialer, loop, logBudget);
        tokens = new Tokens(credentials, loop, offload, callTimeout, logBudget);
        calls = new Calls(loop, connections, tokens, callTimeout);
        tokens.loginBy(
                login -> calls.ask(Call.of(AuthGrpc.getAuthenticateMethod(), login, Call.Kind.AUTHENTICATE, "login")));
    }

    private static ThreadPoolExecutor threads(String what, int most) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(most, most, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "rollcall-etcd-" + what + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static List<Endpoint> shuffled(List<Endpoint> endpoints, Loop loop) {
        List<Endpoint> order = new ArrayList<>(endpoints);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, (int) (loop.random() * (i + 1)));
        }
        return order;
    }

    /** The endpoints in the order they were given. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    Loop loop() {
        return loop;
    }

    LogBudget logBudget() {
        return logBudget;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    Connections connections() {
        return connections;
    }

    Tokens tokens() {
        return tokens;
    }

    Calls calls() {
        return calls;
    }

    /** Something to do on the loop when the client closes, before its connections end. */
    void onClose(Runnable task) {
        closers.add(task);
    }

    /** Whether the client was closed. Callable from every thread. */
    boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            closeWithin();
        } catch (InterruptedException e) {
            // Who is interrupted waits no longer; the threads end all the same.
            interrupted = true;
            loop.end();
            callbacks.end();
        } finally {
            lookups.shutdownNow();
            offload.shutdownNow();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** At most four waits of 0.7 s: so it stays below 3 s. */
    private void closeWithin() throws InterruptedException {
        CompletableFuture<List<Connection>> ended = new CompletableFuture<>();
        loop.execute(() -> {
            closers.forEach(this::runCloser);
            calls.close();
            ended.complete(connections.close());
        });
        List<Connection> connectionsLeft = List.of();
        try {
            connectionsLeft = loop.isCurrent() ? List.of() : ended.get(CLOSE_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the client's thread did not end its work in time", e);
        }
        long until = loop.now() + CLOSE_NANOS;
        for (Connection connection : connectionsLeft) {
            connection.awaitEnd(Math.max(0, until - loop.now()));
        }
        loop.close(CLOSE_NANOS);
        lookups.shutdownNow();
        offload.shutdownNow();
        long blockedUntil = loop.now() + CLOSE_NANOS;
        callbacks.close(CLOSE_NANOS);
        boolean allEnded = true;
        for (ThreadPoolExecutor blocked : List.of(lookups, offload)) {
            allEnded &= blocked.awaitTermination(Math.max(0, blockedUntil - loop.now()), TimeUnit.NANOSECONDS);
        }
        if (!allEnded) {
            log.debug("a look-up, a supplier of credentials or the disk did not end in time");
        }
    }

    private void runCloser(Runnable closer) {
        try {
            closer.run();
        } catch (RuntimeException e) {
            log.error("a part of the client did not close; this is a bug, please report it", e);
        }
    }
}
