/**
 * The embedded server beside etcd 3.5.16: two processes on one disk, one client, in turns. A {@link dev.rollcall.bench.Row} measures one
 * {@link dev.rollcall.bench.Subject} once; {@link dev.rollcall.bench.StoreBench} lets them take turns, and a {@link dev.rollcall.bench.Sheet}
 * compares medians and holds them against the bars. {@link dev.rollcall.bench.PeerBench} sets the library beside others, and
 * {@link dev.rollcall.bench.CrowdBench} beside more and more of itself.
 */
@NullMarked
package dev.rollcall.bench;

import org.jspecify.annotations.NullMarked;
