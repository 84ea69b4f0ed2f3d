/** The deterministic simulation: real parts of the library and the server in one thread, in virtual time, from one seed. */
@NullMarked
package dev.rollcall.simulation;

import org.jspecify.annotations.NullMarked;
