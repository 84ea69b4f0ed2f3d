/**
 * The wire contract: what every store we support must answer, asked with raw stubs.
 *
 * <p>Each contract is an abstract class; {@code EmbeddedWireTest} and its real twins run all of them. What they assert holds for etcd
 * 3.4.23 and 3.5.16 alike.
 */
@NullMarked
package dev.rollcall.conformance.wire;

import org.jspecify.annotations.NullMarked;
