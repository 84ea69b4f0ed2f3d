/**
 * The state machine: commands in, effects out. It composes the store, the leases, the users and the alarms, and is deterministic: the same commands at
 * the same instants lead to the same state and the same answers, so a log of commands can stand in front of it.
 *
 * <p>{@link dev.rollcall.etcd.server.machine.Machine#apply} is the only way to change anything. No threads, clock or I/O.
 */
@NullMarked
package dev.rollcall.etcd.server.machine;

import org.jspecify.annotations.NullMarked;
