package dev.rollcall.etcd;

/** An operation on keys: done alone through {@link Kv}, or as a part of a {@link Txn}. */
public sealed interface Op permits Get, Put, Delete, Txn {}
