package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.auth.Actor;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.Store;
import dev.rollcall.etcd.server.watch.WatchMessage;
import dev.rollcall.etcd.server.watch.WatchSpec;
import dev.rollcall.etcd.server.watch.WatchStream;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that takes several steps, each of which a client could take too: grant a lease, carry out a transaction, wait for its turn. etcd
 * takes them as a client of its own, and so loses the codes of errors: all come out as UNKNOWN. Everything but {@link #begin} and {@link
 * #unknown} belongs to the loop.
 */
final class Recipe<A> {
    /** Of the lease that is granted to those who bring none. Seconds. */
    private static final long OWN_LEASE_TTL = 60;

    private final Loop loop;
    private final Callers.Caller caller;
    private final ServerCallStreamObserver<A> client;
    private @Nullable WatchStream waiting;
    private @Nullable Op undo;
    private boolean gone;

    Recipe(Loop loop, Callers.Caller caller, StreamObserver<A> observer) {
        this.loop = loop;
        this.caller = caller;
        this.client = (ServerCallStreamObserver<A>) observer;
        client.setOnCancelHandler(() -> loop.signal(this::giveUp));
    }

    /** Takes the first step, on the loop. */
    void begin(Runnable first) {
        if (!loop.offer(() -> guarded(first))) {
            fail(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
    }

    /** Goes on with this lease, or with a new one where it is 0. */
    void withLease(long lease, LongConsumer next) {
        if (lease != 0) {
            next.accept(lease);
            return;
        }
        long id = loop.freeLeaseId();
        submit(new Command.Grant(id, OWN_LEASE_TTL), granted -> next.accept(id));
    }

    /** Carries out an operation, and goes on with its outcome. */
    void carryOut(Op op, Consumer<Outcome> next) {
        Machine.check(op);
        submit(new Command.Execute(op), next);
    }

    /**
     * Goes on when no key of a range is older than a revision. Should the client go away before, {@code undo} is carried out in its place.
     */
    void awaitTurn(KeyRange range, long revision, Op undo, Runnable next) {
        this.undo = undo;
        if (gone) {
            giveUp();
            return;
        }
        caller.requireRead(range);
        KeyValue older = newestBefore(range, revision);
        if (older == null) {
            this.undo = null;
            next.run();
            return;
        }
        WatchStream stream = loop.open(() -> lookAtWait(range, revision, undo, next));
        waiting = stream;
        long from = store().revision() + 1;
        stream.create(new WatchSpec(0, KeyRange.single(older.key()), from, false, true, false, false, false));
    }

    Store store() {
        return loop.machine().store();
    }

    boolean isGone() {
        return gone;
    }

    void finish(A answer) {
        client.onNext(answer);
        client.onCompleted();
    }

    void fail(RuntimeException why) {
        client.onError(unknown(why).asRuntimeException());
    }

    /** The first of a range to be created, or null. */
    static @Nullable KeyValue oldest(Store store, KeyRange range) {
        return first(store.range(oldest(range)).kvs());
    }

    static RangeQuery oldest(KeyRange range) {
        return new RangeQuery(range, 1, 0, SortOrder.ASCEND, SortTarget.CREATE, false, false, Filter.NONE);
    }

    static @Nullable KeyValue first(List<KeyValue> kvs) {
        return kvs.isEmpty() ? null : kvs.get(0);
    }

    /** What a lease's key is called below a name: Go writes a negative number with a sign. */
    static Bytes key(Bytes prefix, long lease) {
        return prefix.plus(Bytes.utf8(Long.toString(lease, 16)));
    }

    private static Status unknown(RuntimeException why) {
        Status status = Calls.status(why);
        return why instanceof Refusal ? Status.UNKNOWN.withDescription(status.getDescription()) : status;
    }

    private @Nullable KeyValue newestBefore(KeyRange range, long revision) {
        if (revision <= 1) {
            return null;
        }
        Filter older = new Filter(0, 0, 0, revision - 1);
        return first(
                store().range(new RangeQuery(range, 1, 0, SortOrder.DESCEND, SortTarget.CREATE, false, false, older))
                        .kvs());
    }

    private void lookAtWait(KeyRange range, long revision, Op undo, Runnable next) {
        WatchStream stream = waiting;
        while (stream != null) {
            WatchMessage message = stream.poll();
            if (message == null) {
                return;
            }
            if (message.kind() != WatchMessage.Kind.CREATED) {
                stopWaiting();
                guarded(() -> awaitTurn(range, revision, undo, next));
                return;
            }
        }
    }

    private void submit(Command command, Consumer<Outcome> next) {
        loop.submit(caller.gives(command), new Answer() {
            @Override
            public void done(Outcome outcome) {
                guarded(() -> next.accept(outcome));
            }

            @Override
            public void failed(RuntimeException why) {
                fail(why);
            }
        });
    }

    private void giveUp() {
        gone = true;
        stopWaiting();
        Op owed = undo;
        undo = null;
        if (owed != null) {
            // It only takes back what was done here, and must not fail for rights that have changed.
            loop.submit(new Command.As(Actor.SERVER, new Command.Execute(owed)), Answer.TO_NOBODY);
        }
    }

    private void stopWaiting() {
        if (waiting != null) {
            loop.close(waiting);
            waiting = null;
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError e) {
            fail(e instanceof RuntimeException failure ? failure : new IllegalStateException(e));
        }
    }
}
