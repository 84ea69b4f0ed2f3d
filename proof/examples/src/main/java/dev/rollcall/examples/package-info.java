/** The code of the README and of the pages, as programs that compile and run. */
@NullMarked
package dev.rollcall.examples;

import org.jspecify.annotations.NullMarked;
