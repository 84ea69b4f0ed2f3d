/** Our client against real etcd, for what the embedded server does not offer: authentication and TLS. */
@NullMarked
package dev.rollcall.conformance.client;

import org.jspecify.annotations.NullMarked;
