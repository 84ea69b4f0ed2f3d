/**
 * The way in: gRPC on one port, plain HTTP pages on another, and the one thread that writes.
 *
 * <p>A call arrives on a Netty thread, is decoded on a small pool, and reads there; whatever changes something, and everything that
 * concerns watches and leases, is queued for the {@code Loop}, whose thread owns the machine and the watch hub. Services only
 * translate between messages and commands.
 */
@NullMarked
package dev.rollcall.etcd.server.transport;

import org.jspecify.annotations.NullMarked;
