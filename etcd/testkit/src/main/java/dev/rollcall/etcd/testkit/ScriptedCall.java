package dev.rollcall.etcd.testkit;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One call that a client made to a {@link ScriptedEtcd}, seen from the server's end.
 *
 * <p>Its script plays by itself; a test may speak in between. Safe for use by several threads.
 *
 * @param <Q> the request
 * @param <A> the answer
 */
public final class ScriptedCall<Q, A> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerCall<Q, A> wire;
    private final Metadata headers;
    private final Script<Q, A> script;
    private final List<Q> requests = new ArrayList<>();
    private final Queue<Q> unread = new ArrayDeque<>();
    private @Nullable Q taken;
    private int step;
    private boolean opened;
    private boolean closed;
    private boolean halfClosed;
    private boolean cancelled;

    ScriptedCall(ServerCall<Q, A> wire, Metadata headers, Script<Q, A> script) {
        this.wire = wire;
        this.headers = headers;
        this.script = script;
    }

    /** The value of a header of the call, such as {@code hasleader} or {@code token}; null if it has none. */
    public @Nullable String header(String name) {
        return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    /** The requests that came on this call so far. */
    public synchronized List<Q> requests() {
        return List.copyOf(requests);
    }

    /** Sends a message now; does nothing if the call is over. */
    public synchronized void send(A answer) {
        if (closed) {
            return;
        }
        if (!opened) {
            opened = true;
            wire.sendHeaders(new Metadata());
        }
        wire.sendMessage(answer);
    }

    /** Ends the call with OK: on a stream, a half-close. */
    public void complete() {
        fail(Status.OK);
    }

    /** Ends the call with this status; does nothing if it is over. */
    public synchronized void fail(Status status) {
        if (!closed) {
            closed = true;
            wire.close(status, new Metadata());
        }
    }

    /** Whether the client has said that it will send no more. */
    public synchronized boolean halfClosed() {
        return halfClosed;
    }

    /** Whether the client has cancelled the call, or its connection has gone. */
    public synchronized boolean cancelled() {
        return cancelled;
    }

    /**
     * Waits until the client has cancelled the call, or its connection has gone.
     *
     * @throws AssertionError if neither happened within 10 s
     */
    public void awaitCancelled() {
        if (!Await.until(PATIENCE, this::cancelled)) {
            throw new AssertionError("the client did not cancel the call within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Takes the first unread request that matches, and drops those before it. */
    synchronized boolean take(Predicate<? super Q> expected) {
        while (!unread.isEmpty()) {
            Q request = unread.remove();
            if (expected.test(request)) {
                taken = request;
                return true;
            }
        }
        return false;
    }

    /** The request that was taken last. */
    synchronized Q taken() {
        if (taken == null) {
            throw new IllegalStateException("the script answers a request before it awaits one");
        }
        return taken;
    }

    /** Plays the script as far as it goes now. */
    synchronized void advance() {
        while (!closed && script.play(step, this)) {
            step++;
        }
    }

    ServerCall.Listener<Q> listener() {
        // Nothing pushes back: what a client sends is always read.
        wire.request(Integer.MAX_VALUE);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(Q message) {
                synchronized (ScriptedCall.this) {
                    requests.add(message);
                    unread.add(message);
                    advance();
                }
            }

            @Override
            public void onHalfClose() {
                synchronized (ScriptedCall.this) {
                    halfClosed = true;
                }
            }

            @Override
            public void onCancel() {
                synchronized (ScriptedCall.this) {
                    cancelled = true;
                    closed = true;
                }
            }
        };
    }
}
