/**
 * Where an instance stands in the store, and how it is written: the seam between instances and keys.
 *
 * <p>A {@link dev.rollcall.keyspace.Keyspace} turns an instance into one key and one value, and back. There are two: {@code standard()}, whose values any
 * Go program reads with etcd's own naming package, and {@code plain(dir)}, a bare address under {@code dir/service/id}. Both are a specification,
 * {@code docs/keyspace.md}, whose examples are tests. Reading never throws: what is not understood is {@link
 * dev.rollcall.keyspace.Decoded.Quarantined}, that one key alone.
 */
@NullMarked
package dev.rollcall.keyspace;

import org.jspecify.annotations.NullMarked;
