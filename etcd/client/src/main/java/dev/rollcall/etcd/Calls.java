package dev.rollcall.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls with one answer: finds a member, adds the token, holds the deadline, and repeats what may be repeated.
 *
 * <p>The deadline covers everything, also the wait for a connection. {@link RetryRule} decides after each failed attempt.
 */
final class Calls {

    private static final long LEAST_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Connections connections;
    private final Tokens tokens;
    private final long timeoutNanos;
    private final Set<Running<?, ?>> running = new LinkedHashSet<>();
    private int repeating;
    private boolean closed;

    Calls(Loop loop, Connections connections, Tokens tokens, Duration timeout) {
        this.loop = loop;
        this.connections = connections;
        this.tokens = tokens;
        this.timeoutNanos = timeout.toNanos();
    }

    /** The time that a call has, everything included. */
    long timeoutNanos() {
        return timeoutNanos;
    }

    /** Makes a call; its future completes on the loop. Callable from every thread. */
    <Q, R> CompletableFuture<R> ask(Call<Q, R> call) {
        Running<Q, R> one = new Running<>(call);
        loop.execute(one::begin);
        if (loop.isClosed()) {
            one.result.completeExceptionally(Errors.during(call.what(), Errors.closed()));
        }
        return one.result;
    }

    /** Ends all calls, and every one from now on. */
    void close() {
        closed = true;
        for (Running<?, ?> one : List.copyOf(running)) {
            one.fail(Errors.during(one.call.what(), Errors.closed()));
        }
    }

    /** A call on its way. Used on the loop. */
    private final class Running<Q, R> {

        private final Call<Q, R> call;
        private final CompletableFuture<R> result = new CompletableFuture<>();
        private final long startedAt;
        private final Set<Endpoint> tried = new HashSet<>();
        private int attempts;
        private boolean repeated;
        private int tokensLeft = tokens.expected() ? RetryRule.MAX_TOKENS : 0;
        private @Nullable Sent underWay;
        private @Nullable EtcdException last;
        private Loop.@Nullable Timer timer;

        Running(Call<Q, R> call) {
            this.call = call;
            this.startedAt = loop.now();
        }

        private long left() {
            return startedAt + timeoutNanos - loop.now();
        }

        void begin() {
            if (closed) {
                result.completeExceptionally(Errors.during(call.what(), Errors.closed()));
                return;
            }
            running.add(this);
            timer = loop.schedule(left(), this::expire);
            attempt();
        }

        private void attempt() {
            if (result.isDone()) {
                return;
            }
            Endpoint only = call.endpoint();
            Predicate<Endpoint> wanted = only == null ? endpoint -> true : only::equals;
            connections.acquire(Lane.CALLS, wanted, tried, left(), new Connections.Waiter() {
                @Override
                public void ready(Connection connection) {
                    withToken(connection);
                }

                @Override
                public boolean isOver() {
                    return result.isDone();
                }

                @Override
                public void failed(EtcdException cause) {
                    fail(last == null ? Errors.during(call.what(), cause) : last);
                }
            });
        }

        private void withToken(Connection connection) {
            if (call.kind() == Call.Kind.AUTHENTICATE) {
                send(connection, null);
            } else {
                tokens.get(connection, new Tokens.Waiter() {
                    @Override
                    public void token(@Nullable String token) {
                        send(connection, token);
                    }

                    @Override
                    public void failed(EtcdException cause) {
                        fail(Errors.during(call.what(), cause));
                    }
                });
            }
        }

        private void send(Connection connection, @Nullable String token) {
            if (result.isDone()) {
                return;
            }
            if (!connection.usable()) {
                attempt();
                return;
            }
            attempts++;
            Sent sent = new Sent();
            underWay = sent;
            CallOptions options = CallOptions.DEFAULT
                    .withDeadline(loop.deadline(attemptNanos()))
                    .withStreamTracerFactory(sent);
            OneAnswer.ask(
                    connection.channel().newCall(call.method(), options),
                    call.request(),
                    Headers.of(token, call.kind().wantsLeader()),
                    (status, answer) -> {
                        if (answer != null) {
                            connections.answered(connection);
                            finish();
                            result.complete(answer);
                        } else {
                            failed(connection, token, status, sent.happened);
                        }
                    });
        }

        /** All that is left; half of it for a call that may be repeated on another member. */
        private long attemptNanos() {
            long left = left();
            boolean others = call.endpoint() == null && connections.endpoints().size() > 1;
            return others && call.kind().mayRepeat() ? Math.min(left, Math.max(left / 2, LEAST_ATTEMPT_NANOS)) : left;
        }

        private void failed(Connection connection, @Nullable String token, Status status, boolean sent) {
            if (result.isDone()) {
                return;
            }
            underWay = null;
            Errors.Failure failure = Errors.classify(status);
            if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
                connections.timedOut(connection);
            } else if (failure.notDone()) {
                connections.answered(connection);
            }
            if (failure.tokenRejected()) {
                tokens.reject(token);
            }
            if (!repeated) {
                repeated = true;
                repeating++;
            }
            RetryRule rule =
                    RetryRule.after(call.kind(), failure, sent, attempts, left(), tokensLeft, repeating, loop.random());
            last = Errors.of(failure, rule.code(), call.what(), connection.endpoint());
            switch (rule.verdict()) {
                case GIVE_UP -> fail(last);
                case RENEW_TOKEN -> {
                    tokensLeft--;
                    attempt();
                }
                case REPEAT -> {
                    tried.add(connection.endpoint());
                    if (tried.containsAll(connections.endpoints())) {
                        tried.clear();
                        tried.add(connection.endpoint());
                    }
                    loop.schedule(rule.delayNanos(), this::attempt);
                }
            }
        }

        /** The time is up. The attempt that may still run has the same deadline and a better word for it, if it comes soon. */
        private void expire() {
            loop.schedule(TimeUnit.MILLISECONDS.toNanos(100), () -> {
                if (!result.isDone()) {
                    boolean open = underWay != null
                            && underWay.happened
                            && !call.kind().mayRepeat();
                    EtcdException late = Errors.late(call.what(), open);
                    fail(open || last == null ? late : last);
                }
            });
        }

        private void fail(EtcdException cause) {
            finish();
            result.completeExceptionally(cause);
        }

        private void finish() {
            running.remove(this);
            if (repeated) {
                repeated = false;
                repeating--;
            }
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    /** Notes whether the head of a request was written to a connection; before that nothing of it was. */
    private static final class Sent extends ClientStreamTracer.Factory {

        private volatile boolean happened;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundHeaders() {
                    happened = true;
                }
            };
        }
    }
}
