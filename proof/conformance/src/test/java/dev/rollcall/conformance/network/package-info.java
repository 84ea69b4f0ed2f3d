/** What a bad network may do, and what the client and the library make of it. The faults are those of the testkit's proxy. */
@NullMarked
package dev.rollcall.conformance.network;

import org.jspecify.annotations.NullMarked;
