/**
 * What a round leaves behind: lines of JSON, one for each thing that a process did, was told, or was made to suffer.
 *
 * <p>All processes run on one host, so the times of all lines come from one clock.
 */
@NullMarked
package dev.rollcall.nemesis.history;

import org.jspecify.annotations.NullMarked;
