/**
 * What becomes of registrations and views while members of a cluster freeze, die and return, measured: the command behind {@code tools/frozen-leader},
 * and a short run of it in the build.
 */
@NullMarked
package dev.rollcall.conformance.faults;

import org.jspecify.annotations.NullMarked;
