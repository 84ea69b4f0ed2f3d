/**
 * Service registration and discovery on etcd v3: the entry.
 *
 * <p>{@link dev.rollcall.Rollcall} wires a client of the store to the two halves of the library and does nothing else itself:
 *
 * <pre>{@code
 * try (Rollcall rollcall = Rollcall.connect("http://127.0.0.1:2379")) {
 *     Registration me = rollcall.register(Instance.of("user", "10.0.0.7:8080"));
 *     ServiceView users = rollcall.discover("user", SnapshotListener.of(up -> ..., down -> ...));
 *     Instance target = PickStrategy.roundRobin().over(users).pick();
 * }
 * }</pre>
 *
 * <p>The other packages read as the flow: {@code instance} (who is there), {@code keyspace} (where and how it is written), {@code registration} (keep it
 * there), {@code discovery} (see it), {@code pick} (choose one).
 */
@NullMarked
package dev.rollcall;

import org.jspecify.annotations.NullMarked;
