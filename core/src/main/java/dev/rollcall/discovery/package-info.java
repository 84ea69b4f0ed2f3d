/**
 * Who is there: live views of services.
 *
 * <p>{@link dev.rollcall.discovery.Discovery} opens a {@link dev.rollcall.discovery.ServiceView} of a service or a directory of services. The view
 * lists its prefix at a revision R and watches from R + 1; {@link dev.rollcall.discovery.SnapshotReducer}, a pure step, folds that into an immutable
 * {@link dev.rollcall.discovery.Snapshot}, proves after every break that the store is still the one it was, and holds back losses that are too many to
 * be believed at once. {@link dev.rollcall.discovery.SnapshotListener}s are told of each change in revision order; a
 * {@link dev.rollcall.discovery.Follower} does the same with raw keys and values.
 *
 * <p>{@link dev.rollcall.discovery.ViewLoop} carries the reducer's actions to etcd and the answers back, on a serial executor; everything it
 * decides stands in the reducer.
 */
@NullMarked
package dev.rollcall.discovery;

import org.jspecify.annotations.NullMarked;
