/**
 * Judges what the processes of a round wrote down, by the store's own order of revisions.
 *
 * <p>The rules bear the names of the invariants: V for what views show, R for registrations, H for the health of a client. No rule knows how the library
 * works; each is a pass over the lines, or over the events of a key.
 */
@NullMarked
package dev.rollcall.nemesis.check;

import org.jspecify.annotations.NullMarked;
