/** What the embedded server with a data directory keeps when its process is killed, and how fast it writes, beside etcd. */
@NullMarked
package dev.rollcall.conformance.durable;

import org.jspecify.annotations.NullMarked;
