/**
 * Leases: who is granted how long, which keys hang on it, and who has run out at a given instant.
 *
 * <p>Time is a number of nanoseconds that the caller passes in; nothing here looks at a clock.
 */
@NullMarked
package dev.rollcall.etcd.server.lease;

import org.jspecify.annotations.NullMarked;
