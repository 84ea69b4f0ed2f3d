/** Story to be told here by the module. */
@NullMarked
package dev.rollcall;

import org.jspecify.annotations.NullMarked;
