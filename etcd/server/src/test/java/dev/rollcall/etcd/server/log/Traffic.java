package dev.rollcall.etcd.server.log;

import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Writers that send commands of all kinds, each waiting for its answer before the next, and remember what they were told. */
final class Traffic {
    private static final int WRITERS = 4;
    private static final AtomicLong TOKENS = new AtomicLong(1);

    private final RunningStore store;
    private final Memories memories;
    private final long seed;

    Traffic(RunningStore store, Memories memories, long seed) {
        this.store = store;
        this.memories = memories;
        this.seed = seed;
    }

    /** Sends so many commands from each writer; a writer ends at the first one whose fate it was not told. */
    void run(int commands) {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed * WRITERS + i);
            Thread thread = new Thread(() -> write(commands, random), "rollcall-test-writer-" + i);
            thread.setUncaughtExceptionHandler((dead, failure) -> {
                synchronized (failures) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.MINUTES.toMillis(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.get(0));
            }
        }
    }

    private void write(int commands, Random random) {
        for (int i = 0; i < commands && one(random); i++) {
            Thread.onSpinWait();
        }
    }

    private boolean one(Random random) {
        long token = TOKENS.getAndIncrement();
        Bytes key = Bytes.utf8("key-" + random.nextInt(12));
        Bytes value = Bytes.utf8("value-" + token + "-" + "x".repeat(random.nextInt(200)));
        return switch (random.nextInt(12)) {
            case 0 -> {
                memories.attemptGrant(token);
                yield send(new Command.Grant(token, 60), () -> memories.granted(token), () -> {});
            }
            case 1 -> {
                long id = 1L + random.nextInt((int) token);
                memories.attemptRevoke(id);
                yield send(new Command.Revoke(id), () -> {}, () -> {});
            }
            case 2 -> {
                long revision = memories.revision() - random.nextInt(20);
                yield send(new Command.Compact(revision), () -> memories.compacted(revision), () -> {});
            }
            case 3 ->
                send(
                        new Command.Execute(new Op.DeleteRange(KeyRange.prefix(Bytes.utf8("key-1")), true)),
                        () -> {},
                        () -> {});
            case 4, 5 -> put(value, txn(key, value));
            case 6 -> put(value, put(key, value, 1L + random.nextInt((int) token)));
            default -> put(value, put(key, value, 0));
        };
    }

    private boolean put(Bytes value, Op op) {
        memories.attempt(value);
        return send(new Command.Execute(op), () -> {}, () -> memories.refused(value));
    }

    /** False when nobody said what became of it. */
    private boolean send(Command command, Runnable done, Runnable refused) {
        try {
            store.send(command).get(20, TimeUnit.SECONDS);
            done.run();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refusal refusal && refusal.reason() == Reason.TIMED_OUT) {
                return false;
            }
            if (e.getCause() instanceof Refusal || e.getCause() instanceof RunningStore.RefusedByMachine) {
                refused.run();
                return true;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Op put(Bytes key, Bytes value, long lease) {
        return new Op.Put(key, value, lease, true, false, false);
    }

    /** Puts the key if it is not there, otherwise another one after a look at it. */
    private static Op txn(Bytes key, Bytes value) {
        Compare absent = new Compare(KeyRange.single(key), Compare.Target.CREATE, Compare.Result.EQUAL, 0, Bytes.EMPTY);
        Bytes other = Bytes.utf8("other-" + key);
        Op look = new Op.Range(RangeQuery.current(KeyRange.single(key)));
        Op nested = new Op.Txn(List.of(absent), List.of(), List.of(new Op.DeleteRange(KeyRange.single(key), false)));
        return new Op.Txn(List.of(absent), List.of(put(key, value, 0)), List.of(look, put(other, value, 0), nested));
    }
}
