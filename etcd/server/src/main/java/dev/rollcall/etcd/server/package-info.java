/**
 * An etcd-compatible single-node server in this JVM: {@link dev.rollcall.etcd.server.EmbeddedEtcd} is all a user sees.
 *
 * <p>A request takes this way: {@code transport} decodes it and queues a command, which with a data directory goes through {@code log} first;
 * {@code machine} applies it to the keys ({@code mvcc}), the leases ({@code lease}) and the users ({@code auth}) and returns the answer and the
 * commits it made; {@code watch} hands the commits to those who watch; {@code transport} encodes both. Everything but {@code transport} and
 * {@code log} is pure: no threads, no clock, no I/O.
 */
@NullMarked
package dev.rollcall.etcd.server;

import org.jspecify.annotations.NullMarked;
