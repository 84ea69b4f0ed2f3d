package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells who calls, by the token that a call brings along. Safe for use by several threads. */
final class Callers {
    private static final Context.Key<String> TOKEN = Context.key("rollcall-etcd-token");
    private static final Metadata.Key<String> ETCD = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> HTTP = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";

    private final Machine machine;
    private final LongSupplier clock;

    /** Knows the users of a machine; their tokens run by this clock. */
    Callers(Machine machine, LongSupplier clock) {
        this.machine = machine;
        this.clock = clock;
    }

    /** The context of a call with these headers. */
    static Context context(Metadata headers) {
        Context context = Context.current();
        String token = token(headers);
        return token == null ? context : context.withValue(TOKEN, token);
    }

    private static @Nullable String token(Metadata headers) {
        String token = headers.get(ETCD);
        if (token == null) {
            token = headers.get(HTTP);
        }
        return token != null && token.startsWith(BEARER) ? token.substring(BEARER.length()) : token;
    }

    /** Who makes the call that this thread handles. */
    Caller current() {
        return new Caller(TOKEN.get());
    }

    /**
     * A command in the name of who makes the call that this thread handles.
     *
     * @throws Refusal when the call has a token, and it is nobody's
     */
    Command byCurrent(Command command) {
        return current().gives(command);
    }

    /** Whoever has shown this token, or none. */
    final class Caller {
        private final @Nullable String token;

        private Caller(@Nullable String token) {
            this.token = token;
        }

        /**
         * Who this is now.
         *
         * @throws Refusal when there is a token, and it is nobody's
         */
        Actor actor() {
            AuthState auth = machine.auth();
            if (token == null || !auth.enabled()) {
                return Actor.NOBODY;
            }
            String user = machine.tokens().use(token, clock.getAsLong());
            if (user == null) {
                throw new Refusal(Reason.INVALID_AUTH_TOKEN);
            }
            return new Actor(user, auth.revision());
        }

        /** A command in this one's name. */
        Command gives(Command command) {
            Actor actor = actor();
            return actor.equals(Actor.NOBODY) ? command : new Command.As(actor, command);
        }

        /**
         * Refuses this one if it may not read all of a range.
         *
         * @throws Refusal also when there is a token, and it is nobody's
         */
        void requireRead(KeyRange range) {
            Actor actor = actor();
            machine.auth().requireRead(actor, range);
        }

        /** Reads a range, if this one may, and if rights have not changed meanwhile. */
        <A> A read(KeyRange range, Supplier<A> read) {
            Actor actor = actor();
            AuthState auth = machine.auth();
            auth.requireRead(actor, range);
            A answer = read.get();
            if (auth.enabled() && machine.auth().revision() != auth.revision()) {
                throw new Refusal(Reason.AUTH_OLD_REVISION);
            }
            return answer;
        }
    }
}
