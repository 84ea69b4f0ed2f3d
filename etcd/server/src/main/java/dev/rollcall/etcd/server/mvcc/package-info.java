/**
 * The multi-version store: every change of a key is kept until it is compacted, so that the past can be read and replayed.
 *
 * <p>{@link dev.rollcall.etcd.server.mvcc.Store} is written by one thread through {@link
 * dev.rollcall.etcd.server.mvcc.Store.Write} and read by any number beside it: a read picks a revision and sees exactly what was
 * true then. There are no threads, clocks or I/O here.
 */
@NullMarked
package dev.rollcall.etcd.server.mvcc;

import org.jspecify.annotations.NullMarked;
