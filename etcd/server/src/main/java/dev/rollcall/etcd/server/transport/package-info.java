/**
 * The way in: gRPC on one port, HTTP pages and the JSON gateway on another, and the one thread that writes.
 *
 * <p>A call arrives and is decoded on a Netty thread, and reads on a small pool; whatever changes something, and everything that
 * concerns watches and leases, is queued for the {@code Loop}, whose thread owns the machine and the watch hub. Services only
 * translate between messages and commands.
 */
@NullMarked
package dev.rollcall.etcd.server.transport;

import org.jspecify.annotations.NullMarked;
