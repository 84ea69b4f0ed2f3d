/**
 * Metrics of registrations, views and pickers, for Micrometer.
 *
 * <p>{@link dev.rollcall.micrometer.RollcallMetrics} is all of it: as an observer it counts what happens, as a binder it registers meters that read
 * {@link dev.rollcall.Rollcall#health()} and {@link dev.rollcall.pick.Picker#health()}. Names stand in the README.
 */
@NullMarked
package dev.rollcall.micrometer;

import org.jspecify.annotations.NullMarked;
