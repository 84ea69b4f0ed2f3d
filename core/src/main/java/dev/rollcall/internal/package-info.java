/**
 * The threads, clocks and dice under Rollcall's loops; not for users, and free to change.
 *
 * <p>Time comes from {@link dev.rollcall.internal.TimeSource}, delays from {@link dev.rollcall.internal.Timer}, chance from {@link
 * dev.rollcall.internal.RandomSource}: the only places where the machine's own are touched, so that every decision can be replayed in a test. A
 * loop orders its events through a {@link dev.rollcall.internal.SerialExecutor}; what users are told travels through one {@link
 * dev.rollcall.internal.ListenerLane} per listener, which runs on the user's executor or on the {@link dev.rollcall.internal.CallbackPool}.
 */
@NullMarked
package dev.rollcall.internal;

import org.jspecify.annotations.NullMarked;
