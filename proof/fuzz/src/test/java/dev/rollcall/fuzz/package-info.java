/**
 * The harness of the fuzz targets.
 *
 * <p>A target is a public class with {@code fuzzerTestOneInput(byte[])}, Jazzer's own form, in the package of what it tests, so that it reaches what is
 * hidden there. It throws where a property does not hold. {@link dev.rollcall.fuzz.Targets} lists them all.
 */
@NullMarked
package dev.rollcall.fuzz;

import org.jspecify.annotations.NullMarked;
