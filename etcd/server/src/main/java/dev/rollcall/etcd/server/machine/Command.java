package dev.rollcall.etcd.server.machine;

/** Everything that can change the machine. */
public sealed interface Command {

    /** Whether it changes what must outlive the process, and not only until when leases live. */
    default boolean lasts() {
        return this instanceof Execute execute
                ? !execute.op().onlyReads()
                : this instanceof Compact || this instanceof Grant || this instanceof Revoke || this instanceof Restart;
    }

    /** Carries out an operation on the keys. */
    record Execute(Op op) implements Command {}

    /** Forgets the past before a revision. */
    record Compact(long revision) implements Command {}

    /** Grants a lease; the id is not 0, and the time to live is in seconds. */
    record Grant(long id, long ttlSeconds) implements Command {}

    /** Ends a lease and deletes its keys. */
    record Revoke(long id) implements Command {}

    /** Lets a lease live its full time again. */
    record Renew(long id) implements Command {}

    /** Ends the leases whose time is up. */
    record Expire() implements Command {}

    /** The server was halted for a while without noticing: every lease lives its full time again. */
    record Thaw() implements Command {}

    /** The server was stopped and starts again: a new term, and every lease lives its full time and a second. */
    record Restart() implements Command {}
}
