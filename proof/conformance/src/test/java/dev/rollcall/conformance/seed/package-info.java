/**
 * The defects of the C++ module that we replace, by their letters, and our library doing it right on every store.
 *
 * <p>Each test shows the situation in which the two C++ classes lose, forget or invent something, and what a user of ours sees instead.
 */
@NullMarked
package dev.rollcall.conformance.seed;

import org.jspecify.annotations.NullMarked;
