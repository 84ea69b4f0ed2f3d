/** The rules of the house: who may depend on whom, and how tidy a source file is. */
@NullMarked
package dev.rollcall.conformance.house;

import org.jspecify.annotations.NullMarked;
