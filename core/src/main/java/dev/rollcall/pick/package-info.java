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
 */
@NullMarked
package dev.rollcall.pick;

import org.jspecify.annotations.NullMarked;
