/**
 * Channels of grpc-java that find their servers through Rollcall, and servers that register themselves.
 *
 * <p>With this on the class path a channel to {@code rollcall:///user} calls the instances of the service {@code user}:
 *
 * <pre>{@code
 * RollcallTargets.share(rollcall);
 * ManagedChannel users = Grpc.newChannelBuilder("rollcall:///user", InsecureChannelCredentials.create())
 *         .defaultLoadBalancingPolicy("round_robin")
 *         .build();
 * }</pre>
 *
 * <p>{@link dev.rollcall.grpc.RollcallTargets} tells how a target is read and which store it means. grpc-java takes {@code pick_first} where nothing else
 * is said, which sends every call of a channel to one instance; say {@code round_robin} as above, or in the target: {@code rollcall:///user?policy=round_robin}.
 * {@link dev.rollcall.grpc.WeightedLoadBalancerProvider} tells of a policy of our own, which heeds weights and zones and leaves out who is broken.
 *
 * <p>While the store is away a channel keeps the last instances that were known. Whoever writes a load balancer finds the instance behind an address in
 * {@link dev.rollcall.grpc.InstanceAttributes}. {@link dev.rollcall.grpc.GrpcServers} is the server's side.
 */
@NullMarked
package dev.rollcall.grpc;

import org.jspecify.annotations.NullMarked;
