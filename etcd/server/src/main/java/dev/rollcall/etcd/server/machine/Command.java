package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.PasswordHash;
import org.jspecify.annotations.Nullable;

/** Everything that can change the machine. */
public sealed interface Command {

    /** Whether it changes what must outlive the process, and not only until when leases live, or who holds a token. */
    default boolean lasts() {
        if (this instanceof As as) {
            return as.command().lasts();
        }
        return this instanceof Execute execute
                ? !execute.op().onlyReads()
                : !(this instanceof Authenticate
                        || this instanceof Renew
                        || this instanceof Expire
                        || this instanceof Thaw
                        || this instanceof Defragment);
    }

    /** Whether it changes keys or leases. */
    default boolean changesData() {
        return lasts() && !(this instanceof ChangeAuth || this instanceof Restart || this instanceof SetAlarm);
    }

    /** Carries out a command in the name of somebody; without it a command is in the name of nobody. */
    record As(Actor actor, Command command) implements Command {}

    /** Changes users, roles or rights. */
    record ChangeAuth(AuthChange change) implements Command {}

    /**
     * Gives a user whose password was right a token.
     *
     * @param checked what the password was held against; the user must still have it
     * @param secret what the token begins with; the number of this command follows
     * @param ttlNanos how long the token lives when it is not used
     */
    record Authenticate(String user, @Nullable PasswordHash checked, String secret, long ttlNanos) implements Command {
        @Override
        public String toString() {
            return "Authenticate[user=" + user + "]";
        }
    }

    /** Carries out an operation on the keys. */
    record Execute(Op op) implements Command {}

    /** Forgets the past before a revision. */
    record Compact(long revision) implements Command {}

    /** Grants a lease; the id is not 0, and the time to live is in seconds. */
    record Grant(long id, long ttlSeconds) implements Command {}

    /** Ends a lease and deletes its keys. */
    record Revoke(long id) implements Command {}

    /** Raises an alarm, or ends it. */
    record SetAlarm(Alarm alarm, boolean active) implements Command {}

    /** Gives back the space of what was compacted. */
    record Defragment() implements Command {}

    /** Lets a lease live its full time again. */
    record Renew(long id) implements Command {}

    /** Ends the leases whose time is up. */
    record Expire() implements Command {}

    /** The server was halted for a while without noticing: every lease lives its full time again. */
    record Thaw() implements Command {}

    /** The server was stopped and starts again: a new term, and every lease lives its full time and a second. */
    record Restart() implements Command {}
}
