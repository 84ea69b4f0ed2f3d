/**
 * What happens inside, for whoever operates it: typed events, told to one {@link dev.rollcall.observe.Observer}.
 *
 * <p>Listeners of a registration or a view are told what is true; an observer is told what went on to make it so: a renewal that is late, a lease that was
 * lost, a view that was read anew and why, losses that are held back, an audit that found a difference. Nothing depends on anybody watching.
 */
@NullMarked
package dev.rollcall.observe;

import org.jspecify.annotations.NullMarked;
