/** Story to be told here by the module. */
@NullMarked
package dev.rollcall.cli;

import org.jspecify.annotations.NullMarked;
