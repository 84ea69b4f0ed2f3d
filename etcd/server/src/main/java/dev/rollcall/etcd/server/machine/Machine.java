package dev.rollcall.etcd.server.machine;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.auth.AuthChange;
import dev.rollcall.etcd.server.auth.AuthState;
import dev.rollcall.etcd.server.auth.PasswordHash;
import dev.rollcall.etcd.server.auth.Tokens;
import dev.rollcall.etcd.server.lease.LeaseTable;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The keys, the leases and the users of one server. One thread applies commands; {@link #store()}, {@link #auth()} and {@link #tokens()}
 * may be used by any thread beside it, all else belongs to that thread. Instants are nanoseconds of the caller's clock and never go back.
 */
public final class Machine {
    /** Added to every lease after a restart: etcd's election timeout, during which nobody could renew. */
    private static final long RESTART_GRACE = TimeUnit.SECONDS.toNanos(1);

    /** Most leases ended by one {@link Command.Expire}, so that a mass expiry does not hold up everybody. */
    private static final int EXPIRE_BATCH = 100;

    private final Store store = new Store();
    private final LeaseTable leases = new LeaseTable();
    private final Alarms alarms = new Alarms();
    private final Execution execution = new Execution(store, leases);
    private final CommandRights rights = new CommandRights(leases);
    private final Tokens tokens = new Tokens();
    private volatile AuthState auth = AuthState.EMPTY;
    private long term = 2;
    private long index = 4;

    /**
     * Refuses an operation that is wrong whatever the state is. To be called before a command is logged or applied.
     *
     * @throws dev.rollcall.etcd.server.mvcc.Refusal with etcd's words
     */
    public static void check(Op op) {
        check(op, OpRules.MAX_TXN_OPS);
    }

    /** The same as {@link #check(Op)}, with another bound than etcd's own on the size of transactions. */
    public static void check(Op op, int maxTxnOps) {
        OpRules.check(op, maxTxnOps);
    }

    /**
     * Refuses a command whose giver may not give it now. To be called before it costs anything; {@link #apply} looks again, as rights may
     * change until then.
     *
     * @throws dev.rollcall.etcd.server.mvcc.Refusal with etcd's words
     */
    public void requireRights(Command command) {
        if (command instanceof Command.As as) {
            rights.check(auth, as.actor(), as.command());
        } else {
            rights.check(auth, Actor.NOBODY, command);
        }
    }

    /**
     * Carries out a command.
     *
     * @throws dev.rollcall.etcd.server.mvcc.Refusal when it cannot be carried out; nothing is changed then
     */
    public Applied apply(Command command, long now) {
        return command instanceof Command.As as
                ? apply(as.command(), as.actor(), now)
                : apply(command, Actor.NOBODY, now);
    }

    private Applied apply(Command command, Actor actor, long now) {
        rights.check(auth, actor, command);
        alarms.check(command);
        if (command instanceof Command.Execute execute) {
            return execute(execute.op());
        }
        if (command instanceof Command.ChangeAuth change) {
            return changeAuth(change.change());
        }
        if (command instanceof Command.Authenticate login) {
            return authenticate(login, now);
        }
        if (command instanceof Command.Renew renew) {
            return renew(renew.id(), now);
        }
        if (command instanceof Command.Grant grant) {
            index++;
            long ttl = leases.grant(grant.id(), grant.ttlSeconds(), now);
            return new Applied(new Outcome.Lease(store.revision(), grant.id(), ttl), List.of());
        }
        if (command instanceof Command.Revoke revoke) {
            return done(revoke(revoke.id()));
        }
        if (command instanceof Command.Compact compact) {
            index++;
            store.compact(compact.revision());
            return done(List.of());
        }
        if (command instanceof Command.Expire) {
            return done(expire(now));
        }
        if (command instanceof Command.SetAlarm set) {
            index++;
            return new Applied(new Outcome.Alarmed(store.revision(), alarms.set(set.alarm(), set.active())), List.of());
        }
        if (command instanceof Command.Defragment) {
            store.defragment();
            return done(List.of());
        }
        if (command instanceof Command.Restart) {
            store.defragment();
            term++;
            index++;
            tokens.forgetAll();
            leases.rearm(now, RESTART_GRACE);
        } else {
            leases.rearm(now, 0);
        }
        return done(List.of());
    }

    /** What the machine holds now, but for {@link Store#forEachOlder}. */
    public MachineImage image() {
        return new MachineImage(
                term,
                index,
                store.revision(),
                store.compacted(),
                store.commits(),
                leases.granted(),
                auth,
                alarms.all());
    }

    /**
     * A machine that holds what another one held; its leases run from {@code now} on.
     *
     * @param older what {@link Store#forEachOlder} told of the other
     * @throws IllegalArgumentException when these do not fit together
     */
    public static Machine restored(MachineImage image, List<KeyValue> older, long now) {
        Machine machine = new Machine();
        machine.term = image.term();
        machine.index = image.index();
        machine.auth = image.auth();
        machine.store.restore(image.compacted(), older, image.commits(), image.revision());
        machine.alarms.restore(image.alarms());
        image.leases().forEach((id, ttlSeconds) -> machine.leases.grant(id, ttlSeconds, now));
        RangeQuery everything = RangeQuery.current(KeyRange.prefix(Bytes.EMPTY));
        for (KeyValue kv : machine.store.range(everything).kvs()) {
            machine.leases.attach(kv.key(), kv.lease());
        }
        return machine;
    }

    /** The keys, to read from. */
    public Store store() {
        return store;
    }

    /** The leases, to read from. */
    public LeaseTable leases() {
        return leases;
    }

    /** The users and what they may do, as of now; by any thread. */
    public AuthState auth() {
        return auth;
    }

    /** The tokens of users; by any thread. */
    public Tokens tokens() {
        return tokens;
    }

    /** The alarms there are, by kind and member; by any thread. */
    public Set<Alarm> alarms() {
        return alarms.all();
    }

    /** The leases whose time is up and that may be ended now: none while the data is corrupt. */
    public List<Long> ending(long now, int max) {
        return alarms.raised(Alarm.Kind.CORRUPT) ? List.of() : leases.expired(now, max);
    }

    /** 2 at first, one more with every restart. */
    public long term() {
        return term;
    }

    /** How many commands were applied, counted as etcd counts its log. */
    public long index() {
        return index;
    }

    private Applied execute(Op op) {
        if (!op.onlyReads()) {
            index++;
        }
        Store.Write write = store.begin();
        Outcome outcome = execution.run(op, write);
        return new Applied(outcome, commit(write));
    }

    private Applied changeAuth(AuthChange change) {
        index++;
        auth = auth.after(change);
        if (change instanceof AuthChange.Disable) {
            tokens.forgetAll();
        } else if (change instanceof AuthChange.DeleteUser delete) {
            tokens.forget(delete.user());
        } else if (change instanceof AuthChange.ChangePassword next) {
            tokens.forget(next.user());
        }
        return done(List.of());
    }

    /** The password was checked beside this, so it may be another one now. */
    private Applied authenticate(Command.Authenticate login, long now) {
        index++;
        PasswordHash expected = auth.login(login.user());
        if (expected == null || !expected.equals(login.checked())) {
            throw new Refusal(Reason.LOGIN_FAILED);
        }
        String token = login.secret() + "." + index;
        tokens.add(token, login.user(), login.ttlNanos(), now);
        return new Applied(new Outcome.Token(store.revision(), token), List.of());
    }

    /** A lease whose time is up is ended before the answer, so that "gone" is true when the client reads it. */
    private Applied renew(long id, long now) {
        long revision = store.revision();
        long ttl = leases.renew(id, now);
        List<Commit> commits =
                ttl == 0 && leases.exists(id) && !alarms.raised(Alarm.Kind.CORRUPT) ? revoke(id) : List.of();
        return new Applied(new Outcome.Lease(revision, id, ttl), commits);
    }

    private List<Commit> expire(long now) {
        List<Commit> commits = new ArrayList<>();
        ending(now, EXPIRE_BATCH).forEach(id -> commits.addAll(revoke(id)));
        return commits;
    }

    private List<Commit> revoke(long id) {
        index++;
        List<Bytes> keys = leases.revoke(id);
        Store.Write write = store.begin();
        keys.forEach(key -> write.delete(KeyRange.single(key)));
        return commit(write);
    }

    private List<Commit> commit(Store.Write write) {
        Commit commit = write.commit();
        if (commit == null) {
            return List.of();
        }
        for (KeyValue change : commit.changes()) {
            leases.attach(change.key(), change.lease());
        }
        return List.of(commit);
    }

    private Applied done(List<Commit> commits) {
        return new Applied(new Outcome.Done(store.revision()), commits);
    }
}
