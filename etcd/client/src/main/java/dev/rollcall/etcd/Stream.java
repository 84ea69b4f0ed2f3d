package dev.rollcall.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One open stream to one member: a keep-alive or a watch stream. It lives once; whoever owns it opens the next.
 *
 * <p>It carries {@code hasleader: true}, so a member that loses its leader ends it, and the token of the moment it was opened; a new token
 * needs a new stream. Everything happens on the client's loop, also the calls of the listener.
 */
final class Stream<Q, R> {

    /** Told what comes from the member. */
    interface Listener<R> {
        /** The stream is made: from now on {@link Stream#send} is allowed, and {@link Stream#connection()} is known. */
        void opened();

        /** A message came. */
        void message(R message);

        /** The stream ended, or could not be opened, for any reason but {@link Stream#cancel}: also if the member ended it well. Told once, last. */
        void ended(EtcdException cause);
    }

    private final Session session;
    private final MethodDescriptor<Q, R> method;
    private final Listener<R> listener;
    private final String what;
    private @Nullable Connection connection;
    private @Nullable ClientCall<Q, R> call;
    private @Nullable String token;
    private boolean over;

    private Stream(Session session, MethodDescriptor<Q, R> method, String what, Listener<R> listener) {
        this.session = session;
        this.method = method;
        this.what = what;
        this.listener = listener;
    }

    /**
     * A stream that is to be opened.
     *
     * @param what the stream in words, for messages
     */
    static <Q, R> Stream<Q, R> prepare(
            Session session, MethodDescriptor<Q, R> method, String what, Listener<R> listener) {
        return new Stream<>(session, method, what, listener);
    }

    /**
     * Begins to open the stream. The listener may be called before this returns.
     *
     * @param lane the connection to use
     * @param wanted which members will do
     * @param avoided members to take only if no other is there
     * @param patienceNanos how long to wait for a connection
     */
    void open(Lane lane, Predicate<Endpoint> wanted, Set<Endpoint> avoided, long patienceNanos) {
        session.connections().acquire(lane, wanted, avoided, patienceNanos, new Connections.Waiter() {
            @Override
            public void ready(Connection found) {
                withToken(found);
            }

            @Override
            public boolean isOver() {
                return over;
            }

            @Override
            public void failed(EtcdException cause) {
                end(Errors.during(what, cause));
            }
        });
    }

    private void withToken(Connection found) {
        if (over) {
            return;
        }
        session.tokens().get(found, new Tokens.Waiter() {
            @Override
            public void token(@Nullable String given) {
                token = given;
                start(found);
            }

            @Override
            public void failed(EtcdException cause) {
                end(Errors.during(what, cause));
            }
        });
    }

    private void start(Connection found) {
        if (over) {
            return;
        }
        connection = found;
        ClientCall<Q, R> started = found.channel().newCall(method, CallOptions.DEFAULT);
        call = started;
        started.start(new Answers(found, started), Headers.of(token, true));
        started.request(1);
        listener.opened();
    }

    /** The connection it runs on; null until it is opened. */
    @Nullable Connection connection() {
        return connection;
    }

    /** Sends a message; after {@link Listener#opened()} only. What is sent on a stream that ended is lost. */
    void send(Q message) {
        ClientCall<Q, R> open = call;
        if (open == null) {
            throw new IllegalStateException(what + " is not open yet");
        }
        if (!over) {
            open.sendMessage(message);
        }
    }

    /** Ends the stream; the listener is not called any more. Idempotent. */
    void cancel(String why) {
        if (!over) {
            over = true;
            if (call != null) {
                call.cancel(why, null);
            }
        }
    }

    /** The member said that it does not take the token of this stream: the next stream gets a new one. */
    void tokenRejected() {
        session.tokens().reject(token);
    }

    private void end(EtcdException cause) {
        if (!over) {
            over = true;
            listener.ended(cause);
        }
    }

    private final class Answers extends ClientCall.Listener<R> {

        private final Connection on;
        private final ClientCall<Q, R> from;

        Answers(Connection on, ClientCall<Q, R> from) {
            this.on = on;
            this.from = from;
        }

        @Override
        public void onMessage(R message) {
            if (!over) {
                listener.message(message);
                from.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (over) {
                return;
            }
            Status ended = status.isOk() ? Status.UNAVAILABLE.withDescription("the member ended the stream") : status;
            Errors.Failure failure = Errors.classify(ended);
            if (failure.tokenRejected()) {
                tokenRejected();
            }
            end(Errors.of(failure, failure.code(), what, on.endpoint()));
        }
    }
}
