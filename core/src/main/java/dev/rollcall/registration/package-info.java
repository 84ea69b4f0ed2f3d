/**
 * Keeps instances in the store exactly as long as their process lives and wants it.
 *
 * <p>{@code register} makes a {@link dev.rollcall.registration.Registration}. Two pure machines decide for it: {@code KeyClaim} compares what its
 * owner wants with what the store was seen to hold, and names the one call that brings them together; {@code LeaseKeeper} decides about the lease
 * that all registrations of a lease time share: when to ask for one, to swap it after an election, to replace it when it was lost. Every write is
 * guarded by the revision and the lease that the key is known to have, or by its absence, so that late, repeated and foreign writes can do no harm.
 *
 * <p>{@code ClaimLoop} and {@code LeaseLoop} translate between the machines and the client; {@code KeyCalls} packs the calls of many keys into few
 * transactions; {@code KeyWatch} and {@code LeaseAudit} notice what others did to a key. All of it runs on one serial executor for each registrar:
 * there is no lock, and nothing that waits.
 */
@NullMarked
package dev.rollcall.registration;

import org.jspecify.annotations.NullMarked;
