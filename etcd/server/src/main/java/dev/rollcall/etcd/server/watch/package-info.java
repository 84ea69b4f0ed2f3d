/**
 * Watching: who hears of which change, in which batch, and what happens to those who cannot keep up.
 *
 * <p>{@link dev.rollcall.etcd.server.watch.WatchHub} is told of every commit and hands it to the watchers whose range it touches.
 * Each {@link dev.rollcall.etcd.server.watch.WatchStream} is one client stream with many watchers and one bounded outbox. A watcher
 * whose stream is full is not fed any more; it remembers where it stands and is served from the store's history when there is room
 * again, the same way as one that asked for the past. So nothing is dropped and memory stays bounded.
 *
 * <p>Everything here belongs to the writing thread; no clock, no I/O.
 */
@NullMarked
package dev.rollcall.etcd.server.watch;

import org.jspecify.annotations.NullMarked;
