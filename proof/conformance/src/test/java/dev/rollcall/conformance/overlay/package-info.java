/** Instances that operators take out of service by hand, on every store. */
@NullMarked
package dev.rollcall.conformance.overlay;

import org.jspecify.annotations.NullMarked;
