package dev.rollcall.conformance.network;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Txn;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Writes of many keys. */
final class Puts {

    /** etcd takes 128 in a transaction. */
    private static final int BATCH = 100;

    private Puts() {}

    /** Writes {@code 0} to {@code count - 1}, a hundred in a transaction. */
    static void many(EtcdClient client, int count, IntFunction<Op> put) {
        for (int from = 0; from < count; from += BATCH) {
            Op[] puts = IntStream.range(from, Math.min(count, from + BATCH))
                    .mapToObj(put)
                    .toArray(Op[]::new);
            client.kv().txn(Txn.when().then(puts));
        }
    }
}
