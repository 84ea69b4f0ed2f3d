/**
 * Who is there: the values that are registered and found.
 *
 * <p>An {@link dev.rollcall.instance.Instance} is one running copy of a service: who it is ({@link dev.rollcall.instance.InstanceId}), where it is reached
 * ({@link dev.rollcall.instance.Endpoint}), whether it wants work ({@link dev.rollcall.instance.InstanceStatus}) and what else its callers may care about.
 * An {@link dev.rollcall.instance.Overlay} is what an operator says of one {@link dev.rollcall.instance.Incarnation} of it.
 * All are immutable and checked when built, so that what exists can be written. {@link dev.rollcall.instance.LocalAddress} finds the address under which
 * this machine is reached by others.
 *
 * <p>This package imports nothing of Rollcall: how an instance becomes a key and bytes is the business of {@code dev.rollcall.keyspace}.
 */
@NullMarked
package dev.rollcall.instance;

import org.jspecify.annotations.NullMarked;
