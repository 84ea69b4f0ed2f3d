package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The client's token: got once for all who need it, and again when a member refuses it.
 *
 * <p>At most one login runs, and at most one a second begins. A store without authentication gives none, and is used without. A supplier of
 * credentials is waited for as long as a call lasts, and not asked again before it has come back; what it says late is used all the same. Used
 * on the client's loop.
 *
 * <p>etcd's simple tokens end in the number of the log entry that made them, and a member that has not come so far yet does not refuse the
 * token: it waits for that entry as long as the call lasts (3.4 and 3.5, {@code server/auth/simple_token.go}, {@code isValidSimpleToken}).
 * For a store that was wiped the wait may be for ever. So a token is not shown to a member that said later that it does not know
 * the entry: a new one costs less than such a wait, also where the member was only behind.
 */
final class Tokens {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);
    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_PACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Pattern NUMBERED = Pattern.compile("[^.]+\\.([0-9]{1,18})");

    /** Waits for the token; told exactly once. */
    interface Waiter {
        /** Here it is; null where none is needed. */
        void token(@Nullable String token);

        /** The store did not give one. */
        void failed(EtcdException cause);
    }

    /** Asks a member for a token. */
    interface Login extends Function<AuthenticateRequest, CompletionStage<AuthenticateResponse>> {}

    private final @Nullable Supplier<Credentials> credentials;
    private final Loop loop;
    private final Executor offload;
    private final Duration patience;
    private final LogBudget logBudget;
    private final List<Waiter> waiting = new ArrayList<>();
    private @Nullable Login login;
    private @Nullable String token;
    private long entry;
    private long givenAt;
    private boolean known;
    private boolean withoutUsers;
    private boolean running;
    private boolean asking;
    private Loop.@Nullable Timer next;
    private long notBefore;
    private int failures;

    /** Tokens for these credentials; the supplier, which is user code, is asked on {@code offload} and waited for with this patience. */
    Tokens(
            @Nullable Supplier<Credentials> credentials,
            Loop loop,
            Executor offload,
            Duration patience,
            LogBudget logBudget) {
        this.credentials = credentials;
        this.loop = loop;
        this.offload = offload;
        this.patience = patience;
        this.logBudget = logBudget;
        this.notBefore = loop.now();
    }

    /** Says how to log in: through the calls that in turn need the tokens. */
    void loginBy(Login way) {
        login = way;
    }

    /** Whether there are credentials, and so may be a token. */
    boolean expected() {
        return credentials != null;
    }

    /** Gets the token for this connection, at once or after a login. */
    void get(Connection connection, Waiter waiter) {
        if (token != null && connection.lacks(entry, givenAt)) {
            reject(token);
        }
        if (credentials == null) {
            waiter.token(null);
        } else if (known) {
            waiter.token(token);
        } else {
            waiting.add(waiter);
            if (!running) {
                running = true;
                next = loop.schedule(notBefore - loop.now(), this::begin);
            }
        }
    }

    /** A member did not take this token. Another one, got in the meantime, stands. */
    void reject(@Nullable String refused) {
        if (known && Objects.equals(token, refused)) {
            known = false;
            token = null;
        }
    }

    /** The log entry that made a token; 0 where it does not tell. */
    private static long entry(String token) {
        Matcher numbered = NUMBERED.matcher(token);
        return numbered.matches() ? Long.parseLong(numbered.group(1)) : 0;
    }

    private void begin() {
        notBefore = loop.now() + PACE_NANOS;
        Supplier<Credentials> source = credentials;
        if (source == null) {
            return;
        }
        String late = "the supplier of credentials did not answer within " + patience.toMillis() + " ms";
        next = loop.schedule(patience.toNanos(), () -> refused(new EtcdException(EtcdError.TIMEOUT, late)));
        if (asking) {
            return;
        }
        asking = true;
        try {
            offload.execute(() -> askFor(source));
        } catch (RejectedExecutionException e) {
            answered(() -> refused(Errors.closed()));
        }
    }

    /** The supplier came back, maybe after those who waited for it were told that it had not. */
    private void answered(Runnable then) {
        asking = false;
        running = true;
        if (next != null) {
            next.cancel();
        }
        then.run();
    }

    private void askFor(Supplier<Credentials> source) {
        try {
            Credentials now = source.get();
            AuthenticateRequest request = AuthenticateRequest.newBuilder()
                    .setName(now.user())
                    .setPassword(now.password())
                    .build();
            loop.execute(() -> answered(() -> logIn(request)));
        } catch (RuntimeException | Error e) {
            String what = "the supplier of credentials threw " + e;
            EtcdException cause = new EtcdException(EtcdError.UNAUTHENTICATED, what, e);
            loop.execute(() -> answered(() -> refused(cause)));
        }
    }

    private void logIn(AuthenticateRequest request) {
        Login ask = login;
        if (ask == null) {
            return;
        }
        ask.apply(request).whenComplete((answer, failure) -> {
            if (answer != null) {
                withoutUsers = false;
                loggedIn(answer.getToken());
            } else if (failure instanceof EtcdException e && e.code() == EtcdError.AUTH_NOT_ENABLED) {
                if (!withoutUsers) {
                    logBudget.log(
                            log, Level.WARN, "the store has authentication switched off; the credentials are not used");
                }
                withoutUsers = true;
                loggedIn(null);
            } else {
                refused(
                        failure instanceof EtcdException e
                                ? e
                                : new EtcdException(EtcdError.INTERNAL, "login failed: " + failure, failure));
            }
        });
    }

    private void loggedIn(@Nullable String given) {
        failures = 0;
        known = true;
        token = given;
        entry = given == null ? 0 : entry(given);
        givenAt = loop.now();
        running = false;
        List<Waiter> served = List.copyOf(waiting);
        waiting.clear();
        served.forEach(waiter -> waiter.token(given));
    }

    private void refused(EtcdException cause) {
        failures++;
        long pace = Math.min(MAX_PACE_NANOS, PACE_NANOS << Math.min(failures - 1, 2));
        notBefore = loop.now() + pace;
        running = false;
        List<Waiter> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(waiter -> waiter.failed(cause));
    }
}
