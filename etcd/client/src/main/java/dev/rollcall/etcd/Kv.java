package dev.rollcall.etcd;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The keys of the store.
 *
 * <p>Every call, but a list, ends within the client's call timeout; it throws, or its stage completes with, an {@link EtcdException}. Reads are asked
 * again of other members while time is left. A write is repeated only where it provably was not done; a write that may have been done ends
 * with {@link EtcdError#OUTCOME_UNKNOWN}. The stages complete on a thread of the client: continue with the {@code Async} methods if you
 * block. Safe for use by several threads.
 */
public interface Kv {

    /** Reads. Linearizable unless the read says otherwise. */
    GetResult get(Get get);

    /** Reads one key. */
    default Optional<KeyValue> get(String key) {
        return get(Get.key(key)).first();
    }

    /** Twin of {@link #get(Get)}. */
    CompletionStage<GetResult> getAsync(Get get);

    /**
     * Lists every key that begins with the given text, in key order, page by page at one revision.
     *
     * <p>Give a directory with its separator: {@code ls("/test/")} does not see {@code /test1}.
     */
    default List<KeyValue> ls(String prefix) {
        return list(KeyRange.prefix(prefix)).kvs();
    }

    /** Reads a whole range, as {@link #list(Get)} does. */
    default GetResult list(KeyRange range) {
        return list(Get.range(range));
    }

    /** Twin of {@link #list(KeyRange)}. */
    default CompletionStage<GetResult> listAsync(KeyRange range) {
        return listAsync(Get.range(range));
    }

    /**
     * Does a read at one revision, page by page, whatever the size of what it finds. Where the read names no revision, that is the one of the first page, and
     * it begins again if a compaction overtakes it. Each page has the call timeout, the whole 60 s.
     *
     * @return everything, with the header and the count of the first page: its revision is that of the list
     * @throws IllegalArgumentException if the read has a limit or an order, or is serializable
     */
    GetResult list(Get get);

    /** Twin of {@link #list(Get)}; throws at once for a read that cannot be a list. */
    CompletionStage<GetResult> listAsync(Get get);

    /** Writes one key. */
    PutResult put(Put put);

    /** Writes one key without a lease. */
    default PutResult put(String key, String value) {
        return put(Put.of(key, value));
    }

    /** Writes one key under a lease. */
    default PutResult put(String key, String value, LeaseId lease) {
        return put(Put.of(key, value).under(lease));
    }

    /** Twin of {@link #put(Put)}. */
    CompletionStage<PutResult> putAsync(Put put);

    /** Deletes. */
    DeleteResult delete(Delete delete);

    /** Deletes one key. */
    default DeleteResult delete(String key) {
        return delete(Delete.key(key));
    }

    /** Twin of {@link #delete(Delete)}. */
    CompletionStage<DeleteResult> deleteAsync(Delete delete);

    /** Does a transaction. */
    TxnResult txn(Txn txn);

    /** Twin of {@link #txn(Txn)}. */
    CompletionStage<TxnResult> txnAsync(Txn txn);

    /**
     * Forgets history before a revision; the revision itself stays readable.
     *
     * @throws EtcdException {@link EtcdError#COMPACTED} if it was forgotten before, {@link EtcdError#FUTURE_REVISION} if it is not reached yet
     */
    Header compact(long revision);

    /** Twin of {@link #compact(long)}. */
    CompletionStage<Header> compactAsync(long revision);
}
