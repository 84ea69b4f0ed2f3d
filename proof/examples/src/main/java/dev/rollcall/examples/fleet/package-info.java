/**
 * Servers of grpc-java that come, go, die and hang, and a caller who should not notice.
 *
 * <p>{@code tools/fleet} runs {@link dev.rollcall.examples.fleet.Fleet}: each server is a process that registers itself as a user's would, the store is a real
 * etcd, and calls go out at a constant rate through one channel. Each scene is a row of the table that is printed.
 */
@NullMarked
package dev.rollcall.examples.fleet;

import org.jspecify.annotations.NullMarked;
