/**
 * One contract suite for every store we support, and the rules of the house.
 *
 * <p>{@code house} holds the architecture and the tidiness of the sources; the other packages judge the wire and the library against the
 * embedded server and real etcd processes.
 */
@NullMarked
package dev.rollcall.conformance;

import org.jspecify.annotations.NullMarked;
