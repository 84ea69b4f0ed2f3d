/**
 * The nemesis: real processes on real stores, made to suffer by a plan drawn from a seed, and judged by what they wrote down.
 *
 * <p>A {@code Round} starts a store, its recorder and the clients, keeps them busy, lets faults act, heals, waits until all agree again, and hands the
 * journals to the checker.
 */
@NullMarked
package dev.rollcall.nemesis;

import org.jspecify.annotations.NullMarked;
