/**
 * Which instance gets the next call.
 *
 * <p>A {@link dev.rollcall.pick.PickStrategy} over a view gives a {@link dev.rollcall.pick.Picker}, which is built once and kept; {@code pick()} costs
 * nanoseconds and follows the view by itself:
 *
 * <pre>{@code
 * Picker users = PickStrategy.roundRobin().over(rollcall.discover("user"));
 * Instance target = users.pick();
 * }</pre>
 *
 * <p>How it works: a {@code Sieve} says which instances may be picked, a {@code Standing} keeps what callers tell of each, {@code Ejection} decides from these who
 * is left out for a while, and the strategy puts the rest in an {@code Order}. All of that makes a {@code Table}, immutable but for the standings;
 * {@code Candidates} replaces it when something changed, once in 10 ms at most, and a pick reads it.
 */
@NullMarked
package dev.rollcall.pick;

import org.jspecify.annotations.NullMarked;
