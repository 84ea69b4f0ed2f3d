/**
 * The contract of our etcd client, on the embedded server and on real etcd alike.
 *
 * <p>Each contract is an abstract class; {@code EmbeddedClientTest} and its real twins run all of them. Authentication has contracts of its own,
 * on both; TLS is tested on real etcd.
 */
@NullMarked
package dev.rollcall.conformance.client;

import org.jspecify.annotations.NullMarked;
