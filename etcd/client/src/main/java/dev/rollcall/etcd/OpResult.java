package dev.rollcall.etcd;

/** The answer to an {@link Op}, of the kind of that operation. */
public sealed interface OpResult permits GetResult, PutResult, DeleteResult, TxnResult {

    /** The header; inside a transaction etcd fills in the revision only. */
    Header header();
}
