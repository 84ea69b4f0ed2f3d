package dev.rollcall.simulation;

import dev.rollcall.etcd.server.transport.SimulatedReplica;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One member: up or down, halted or not, cut off from the others or not. */
final class Node {

    final Cluster cluster;
    final int index;
    final String name;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final List<ServerSide<?, ?>> open = new ArrayList<>();
    private SimulatedReplica replica;
    private boolean up = true;
    private boolean frozen;
    private boolean isolated;
    private boolean knowsNoLeader;
    private boolean believesToLead;
    private boolean catchUpPlanned;
    private List<Long> known = List.of();
    private int applied;
    private long term;

    Node(Cluster cluster, int index, SimulatedReplica replica) {
        this.cluster = cluster;
        this.index = index;
        this.name = "m" + index;
        this.replica = replica;
    }

    SimulatedReplica replica() {
        return replica;
    }

    boolean isUp() {
        return up;
    }

    boolean isFrozen() {
        return frozen;
    }

    /** Whether it takes part in the cluster. */
    boolean takesPart() {
        return up && !frozen && !isolated;
    }

    boolean knowsNoLeader() {
        return knowsNoLeader;
    }

    void knowsNoLeader(boolean none) {
        knowsNoLeader = none;
        if (none) {
            for (ServerSide<?, ?> side : List.copyOf(open)) {
                if (side.wantsLeader && side.isStream()) {
                    side.fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
                }
            }
        }
    }

    /** Whether it was halted as a leader, and has not heard of the next one. */
    boolean believesToLead() {
        return believesToLead;
    }

    void believesToLead(boolean believes) {
        believesToLead = believes;
    }

    long term() {
        return term;
    }

    void term(long next) {
        term = next;
    }

    /** Something arrives from the network. */
    void take(Runnable message) {
        if (frozen) {
            held.add(message);
        } else if (up) {
            message.run();
        }
    }

    void opened(ServerSide<?, ?> side) {
        open.add(side);
    }

    void ended(ServerSide<?, ?> side) {
        open.remove(side);
    }

    void crash(Network network) {
        up = false;
        frozen = false;
        held.clear();
        believesToLead = false;
        network.resetAll(this, "Connection reset by peer");
        open.clear();
        knowsNoLeader = false;
    }

    void start() {
        up = true;
    }

    /** Halts it, with the leases that it knows. */
    void freeze(Collection<Long> leases) {
        known = List.copyOf(leases);
        frozen = true;
    }

    /** The leases that it knew when it was halted. */
    List<Long> known() {
        return known;
    }

    void thaw() {
        frozen = false;
        while (up && !frozen && !held.isEmpty()) {
            held.poll().run();
        }
    }

    void isolate(boolean cutOff) {
        isolated = cutOff;
    }

    boolean isIsolated() {
        return isolated;
    }

    /** Begins anew with another copy. */
    void replace(SimulatedReplica next) {
        replica = next;
        applied = 0;
    }

    /** Applies all that the cluster has decided. */
    void catchUp() {
        if (applied < cluster.log().size()) {
            while (applied < cluster.log().size()) {
                cluster.log().get(applied++).accept(replica);
            }
            replica.run();
        }
    }

    /** Applies it in a while, as it comes over from the leader. */
    void catchUpSoon(long nanos) {
        if (!catchUpPlanned) {
            catchUpPlanned = true;
            cluster.scheduler().after(nanos, () -> {
                catchUpPlanned = false;
                if (takesPart()) {
                    catchUp();
                }
            });
        }
    }
}
