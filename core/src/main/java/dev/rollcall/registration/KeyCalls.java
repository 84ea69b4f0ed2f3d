package dev.rollcall.registration;

import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.Kv;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.OpResult;
import dev.rollcall.etcd.PutResult;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.TxnResult;
import dev.rollcall.internal.SerialExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Packs the calls of many keys into few transactions: one nested transaction for each key, with a guard of its own, so that a conflict on one key
 * fails no other. Only where all keys are new they are tried as one first, until one of them exists.
 *
 * <p>Calls made in one turn of the serial executor travel together. Used on that executor only.
 */
final class KeyCalls {

    /** etcd takes 128 operations by default, less those a nested transaction needs for itself. */
    private static final int MOST_CALLS = 100;

    /** etcd takes requests of 1.5 MiB by default. */
    private static final int MOST_BYTES = 512 * 1024;

    private static final int MOST_UNDER_WAY = 4;

    /**
     * A batch that one call fails is halved until the culprit stands alone. Where most are refused that would be a request for each, again and again: so
     * halving uses up what success earns, and one more for each turn that sends anything.
     */
    private static final int MOST_SPLITS = 64;

    private static final int SPLITS_EARNED = 2;

    private final Kv kv;
    private final SerialExecutor serial;
    private final Trouble trouble;
    private final ArrayDeque<KeyCall> waiting = new ArrayDeque<>();
    private int underWay;
    private int splits = MOST_SPLITS;
    private boolean flushing;
    private boolean someExist;
    private boolean dropped;

    KeyCalls(Kv kv, SerialExecutor serial, Trouble trouble) {
        this.kv = kv;
        this.serial = serial;
        this.trouble = trouble;
    }

    /** Makes the call soon; its answer comes on the serial executor. */
    void make(KeyCall call) {
        waiting.add(call);
        if (!flushing) {
            // So that the way out of a general refusal is found, if slowly.
            splits = Math.max(splits, 1);
            flushing = serial.offer(this::flush);
        }
    }

    /** Forgets the calls that the store did not see yet; nobody is told. */
    void drop() {
        dropped = true;
        waiting.clear();
    }

    private void flush() {
        flushing = false;
        while (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
            send(nextBatch());
        }
        someExist &= !waiting.isEmpty();
    }

    /** Puts under two leases never share a batch: one lease that is gone would fail the other's. */
    private List<KeyCall> nextBatch() {
        List<KeyCall> batch = new ArrayList<>();
        KeyCall lessor = null;
        int bytes = 0;
        while (!waiting.isEmpty() && batch.size() < MOST_CALLS) {
            KeyCall next = waiting.getFirst();
            boolean otherLease =
                    lessor != null && !next.lease().isNone() && !next.lease().equals(lessor.lease());
            boolean tooLarge = !batch.isEmpty() && bytes + next.size() > MOST_BYTES;
            if (otherLease || tooLarge) {
                break;
            }
            batch.add(waiting.removeFirst());
            bytes += next.size();
            lessor = lessor == null && !next.lease().isNone() ? next : lessor;
        }
        return batch;
    }

    private void send(List<KeyCall> batch) {
        underWay++;
        request(batch)
                .whenComplete((results, error) -> serial.offer(() -> {
                    underWay--;
                    boolean refused = results != null && !results.succeeded();
                    if (refused) {
                        oneExists(batch);
                    }
                    flush();
                    if (!refused) {
                        answered(batch, results, error);
                    }
                }));
    }

    private CompletionStage<TxnResult> request(List<KeyCall> batch) {
        if (batch.size() == 1) {
            return alone(batch.get(0).op());
        }
        boolean asOne = !someExist && batch.stream().allMatch(KeyCall::isNew);
        return kv.txnAsync(asOne ? asOne(batch) : apart(batch));
    }

    /** Nothing was done: each is tried by itself, and so is all that waits, for where one exists others will. */
    private void oneExists(List<KeyCall> batch) {
        if (!dropped) {
            someExist = true;
            for (int i = batch.size() - 1; i >= 0; i--) {
                waiting.addFirst(batch.get(i));
            }
        }
    }

    private static Txn apart(List<KeyCall> batch) {
        return new Txn(List.of(), batch.stream().map(KeyCall::op).toList(), List.of());
    }

    /** What is mostly new, after a start or a loss, is put by one transaction, of half the size. Where one of the keys exists nothing is done. */
    private static Txn asOne(List<KeyCall> batch) {
        List<Compare> conditions = new ArrayList<>();
        List<Op> puts = new ArrayList<>();
        for (KeyCall call : batch) {
            Txn txn = (Txn) call.op();
            conditions.addAll(txn.conditions());
            puts.addAll(txn.then());
        }
        return new Txn(conditions, puts, List.of());
    }

    /** The answer to one call, in the shape of a batch. */
    private CompletionStage<TxnResult> alone(Op op) {
        CompletionStage<? extends OpResult> answer = op instanceof Get get ? kv.getAsync(get) : kv.txnAsync((Txn) op);
        return answer.thenApply(result -> new TxnResult(result.header(), true, List.of(result)));
    }

    private void answered(List<KeyCall> batch, @Nullable TxnResult result, @Nullable Throwable error) {
        if (result != null) {
            trouble.worked();
            splits = Math.min(MOST_SPLITS, splits + SPLITS_EARNED);
            for (int i = 0; i < batch.size(); i++) {
                KeyAnswer answer =
                        read(result.header().revision(), result.results().get(i));
                batch.get(i).then().accept(answer);
            }
            return;
        }
        EtcdException cause = cause(error);
        if (batch.size() > 1 && isAboutOne(cause.code()) && splits > 0) {
            splits--;
            int half = batch.size() / 2;
            send(batch.subList(0, half));
            send(batch.subList(half, batch.size()));
            return;
        }
        if (cause.code() != EtcdError.LEASE_NOT_FOUND) {
            trouble.failed(describe(batch), cause);
        }
        batch.forEach(call -> call.then().accept(new KeyAnswer.Refused(cause)));
    }

    /** Whether one call of the batch may have failed the others, which had nothing to do with it. Nothing was done then. */
    private static boolean isAboutOne(EtcdError code) {
        return switch (code) {
            case INVALID_ARGUMENT, TOO_LARGE, PERMISSION_DENIED, KEY_NOT_FOUND -> true;
            default -> false;
        };
    }

    /** The client has seen to it that each result is of the shape that was asked for. */
    private static KeyAnswer read(long revision, OpResult result) {
        if (result instanceof PutResult) {
            return new KeyAnswer.Done(revision);
        }
        if (result instanceof TxnResult txn) {
            return txn.succeeded()
                    ? new KeyAnswer.Done(revision)
                    : read(revision, txn.results().get(0));
        }
        return new KeyAnswer.Shown(revision, ((GetResult) result).first().orElse(null));
    }

    private static String describe(List<KeyCall> batch) {
        String first = "reach " + batch.get(0).key();
        return batch.size() == 1 ? first : first + " and " + (batch.size() - 1) + " more";
    }

    /** The client's own exception behind whatever a stage wrapped around it. */
    static EtcdException cause(@Nullable Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof EtcdException known
                ? known
                : new EtcdException(EtcdError.INTERNAL, "the client failed: " + cause, cause);
    }
}
