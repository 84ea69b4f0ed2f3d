/**
 * An etcd-compatible single-node server in this JVM: {@link dev.rollcall.etcd.server.EmbeddedEtcd} is all a user sees.
 *
 * <p>A request takes this way: {@code transport} decodes it and queues a command; {@code machine} applies the command to the keys
 * ({@code mvcc}) and the leases ({@code lease}) and returns the answer and the commits it made; {@code watch} hands the commits to
 * those who watch; {@code transport} encodes both. Everything but {@code transport} is pure: no threads, no clock, no I/O.
 */
@NullMarked
package dev.rollcall.etcd.server;

import org.jspecify.annotations.NullMarked;
