/**
 * Users, roles and what they may do: a value that changes by one {@link dev.rollcall.etcd.server.auth.AuthChange} at a time, and the
 * tokens by which users are known. No threads, clock, randomness or I/O: whoever calls brings instants, salts and tokens.
 */
@NullMarked
package dev.rollcall.etcd.server.auth;

import org.jspecify.annotations.NullMarked;
