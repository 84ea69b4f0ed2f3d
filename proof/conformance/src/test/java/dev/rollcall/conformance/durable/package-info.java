/** What the embedded server with a data directory keeps when its process is killed. */
@NullMarked
package dev.rollcall.conformance.durable;

import org.jspecify.annotations.NullMarked;
