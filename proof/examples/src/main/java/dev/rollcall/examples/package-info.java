/** Story to be told here by the module. */
@NullMarked
package dev.rollcall.examples;

import org.jspecify.annotations.NullMarked;
