package dev.rollcall.simulation;

import com.google.protobuf.Message;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.transport.SimulatedReplica;
import dev.rollcall.etcd.server.transport.SimulatedServer;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One to three members over one state machine: who leads, what is decided, and what a request meets. */
final class Cluster {

    private static final long TICK = 100 * Scheduler.MILLIS;
    private static final long REQUEST_TIMEOUT = 7 * Scheduler.SECOND;
    private static final long NO_LEADER_AFTER = 3 * Scheduler.SECOND;
    private static final Status TIMED_OUT = Status.UNAVAILABLE.withDescription("etcdserver: request timed out");
    private static final Status NO_SPACE =
            Status.RESOURCE_EXHAUSTED.withDescription("etcdserver: mvcc: database space exceeded");

    /** Why something was written. */
    enum Cause {
        CLIENT,
        EXPIRY,
        OPERATOR,
        THAWED_LEADER
    }

    /** Told of everything that is decided. */
    interface Witness {
        /** The request of a client was sent at that time. */
        void committed(Epoch epoch, Commit commit, Cause cause, @Nullable Host actor, long sentAt);

        void granted(long lease, Host actor);

        void newEpoch(Epoch epoch);
    }

    private final Scheduler scheduler;
    private final SplittableRandom random;
    private final Witness witness;
    private final WatchFault watchFault;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<Waiting<?>> waiting = new ArrayList<>();
    private List<Consumer<SimulatedReplica>> log = new ArrayList<>();
    private Network network;
    private SimulatedServer server;
    private long clusterId;
    private long compacted = -1;
    private long term = 2;
    private int leader = 0;
    private long elections;
    private boolean noSpace;
    private long refusedUntil = -REQUEST_TIMEOUT;
    private long slowest = 3 * Scheduler.MILLIS;

    private record Waiting<Q>(ServerSide<Q, ?> side, Q request, boolean evenIfOver) {
        void serve(Cluster cluster) {
            if (evenIfOver || !side.isOver()) {
                cluster.serve(side, request);
            }
        }
    }

    Cluster(Scheduler scheduler, SplittableRandom random, int members, Witness witness) {
        this.scheduler = scheduler;
        this.random = random;
        this.witness = witness;
        this.watchFault = new WatchFault(scheduler, random.split());
        this.clusterId = random.nextLong();
        this.server = new SimulatedServer(scheduler::now, scheduler.now() / Scheduler.MILLIS);
        this.network = new Network(scheduler, random.split(), nodes);
        begin(new Epoch(0));
        for (int i = 0; i < members; i++) {
            int index = i;
            nodes.add(new Node(this, i, newReplica(index)));
            nodes.get(i).term(term);
        }
        scheduler.after(TICK, this::tick);
    }

    private SimulatedReplica newReplica(int index) {
        return server.replica(
                new Identity(clusterId, clusterId ^ (index + 1)),
                () -> nodes.get(index).term(),
                scheduler::now);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Network network() {
        return network;
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Consumer<SimulatedReplica>> log() {
        return log;
    }

    WatchFault watchFault() {
        return watchFault;
    }

    SimulatedServer server() {
        return server;
    }

    List<Epoch> epochs() {
        return epochs;
    }

    Epoch epoch() {
        return epochs.get(epochs.size() - 1);
    }

    boolean hasSpace() {
        return !noSpace;
    }

    void noSpace(boolean full) {
        if (noSpace) {
            refusedUntil = scheduler.now();
        }
        noSpace = full;
    }

    /** When it last refused for want of space: now, where it does. */
    long refusedUntil() {
        return noSpace ? scheduler.now() : refusedUntil;
    }

    void slowest(long lag) {
        slowest = lag;
    }

    private void begin(Epoch epoch) {
        epochs.add(epoch);
        epoch.term(term);
        epoch.heardBefore(network.heard());
        witness.newEpoch(epoch);
    }

    /** Whether there is a leader that works. */
    boolean isLed() {
        return leader >= 0 && nodes.get(leader).takesPart();
    }

    int leader() {
        return leader;
    }

    private boolean canElect() {
        return nodes.stream().filter(Node::takesPart).count() * 2 > nodes.size();
    }

    private void tick() {
        if (isLed() && canElect()) {
            server.tick();
            decided(Cause.EXPIRY);
        }
        scheduler.after(TICK, this::tick);
    }

    /** Something about a member has changed: is there a leader, and when is the next one? */
    void changed() {
        if (isLed() && canElect()) {
            // An election that has begun comes too late: the members hear of the leader that they have.
            elections++;
            inOffice();
            return;
        }
        if (leader >= 0 && !nodes.get(leader).isFrozen()) {
            leader = -1;
        }
        long election = ++elections;
        if (canElect()) {
            long wait = nodes.size() == 1
                    ? 50 * Scheduler.MILLIS
                    : Scheduler.SECOND + random.nextLong(1500 * Scheduler.MILLIS);
            scheduler.after(wait, () -> elect(election));
        }
        scheduler.after(NO_LEADER_AFTER, () -> {
            if (election == elections && !isLed()) {
                nodes.forEach(node -> node.knowsNoLeader(node.isUp() && !node.isFrozen()));
            }
        });
    }

    private void elect(long election) {
        if (election != elections || (isLed() && canElect()) || !canElect()) {
            return;
        }
        List<Node> able = nodes.stream().filter(Node::takesPart).toList();
        if (leader >= 0 && nodes.get(leader).isFrozen()) {
            nodes.get(leader).believesToLead(true);
        }
        term++;
        epoch().term(term);
        leader = able.get(random.nextInt(able.size())).index;
        server.apply(new Command.Restart());
        server.run();
        able.forEach(this::hearOfLeader);
        inOffice();
    }

    /** There is a leader: those who had lost sight of it hear of it, and what waited for one is carried out. */
    private void inOffice() {
        nodes.stream().filter(node -> node.takesPart() && node.knowsNoLeader()).forEach(this::hearOfLeader);
        List<Waiting<?>> served = List.copyOf(waiting);
        waiting.clear();
        served.forEach(each -> {
            if (each.side().node.takesPart()) {
                each.serve(this);
            }
        });
    }

    /** A member takes part again, or hears of an election. */
    void hearOfLeader(Node node) {
        node.term(term);
        node.believesToLead(false);
        node.knowsNoLeader(false);
        node.catchUpSoon(random.nextLong(slowest));
    }

    /** A client asks. */
    <Q> void request(ServerSide<Q, ?> side, Q request) {
        ServerSide.Kind kind = side.kind(request);
        Node node = side.node;
        if (kind == ServerSide.Kind.LOCAL) {
            side.serve(request);
            server.run();
            node.replica().run();
        } else if (noSpace && needsSpace(request)) {
            side.fail(NO_SPACE);
        } else if (node.believesToLead() && request instanceof LeaseKeepAliveRequest renewal) {
            answerFalsely(side, renewal);
        } else if (isLed() && canElect() && node.takesPart()) {
            serve(side, request);
        } else {
            hold(side, request, kind);
        }
    }

    private static boolean needsSpace(Object request) {
        if (request instanceof TxnRequest txn) {
            return txn.getSuccessList().stream().anyMatch(RequestOp::hasRequestPut)
                    || txn.getFailureList().stream().anyMatch(RequestOp::hasRequestPut);
        }
        return request instanceof dev.rollcall.etcd.proto.PutRequest
                || request instanceof dev.rollcall.etcd.proto.LeaseGrantRequest;
    }

    private <Q> void serve(ServerSide<Q, ?> side, Q request) {
        // What goes through the quorum comes back in the term of its leader.
        side.node.term(term);
        side.node.believesToLead(false);
        side.node.catchUp();
        side.serve(request);
        server.run();
        boolean renewal = request instanceof LeaseKeepAliveRequest;
        decided(renewal ? Cause.EXPIRY : Cause.CLIENT, side.call.host(), side.call.sentAt());
        side.node.catchUp();
    }

    /** There is no leader that could answer. */
    private <Q> void hold(ServerSide<Q, ?> side, Q request, ServerSide.Kind kind) {
        boolean forwarded = kind == ServerSide.Kind.LEADER
                && leader >= 0
                && nodes.get(leader).isFrozen();
        boolean lost = kind == ServerSide.Kind.WRITE && random.nextBoolean();
        if (!forwarded && !lost && side.node.takesPart()) {
            waiting.add(new Waiting<>(side, request, kind == ServerSide.Kind.WRITE && random.nextBoolean()));
        }
        scheduler.after(REQUEST_TIMEOUT, () -> {
            if (side.node.isUp()) {
                side.fail(TIMED_OUT);
            }
        });
    }

    /** A leader that was halted acknowledges what it cannot keep, and denies what was granted since. */
    @SuppressWarnings("unchecked")
    private <Q> void answerFalsely(ServerSide<Q, ?> side, LeaseKeepAliveRequest renewal) {
        boolean known = side.node.known().contains(renewal.getID());
        ((ServerSide<Q, LeaseKeepAliveResponse>) side)
                .sendMessage(LeaseKeepAliveResponse.newBuilder()
                        .setHeader(ResponseHeader.newBuilder()
                                .setClusterId(clusterId)
                                .setMemberId(clusterId ^ (side.node.index + 1))
                                .setRaftTerm(side.node.term())
                                .setRevision(side.node.replica().revision()))
                        .setID(renewal.getID())
                        .setTTL(known ? 3 : 0)
                        .build());
    }

    /** An answer leaves a member. */
    void answered(Host host, Message message) {
        if (message instanceof LeaseGrantResponse grant) {
            witness.granted(grant.getID(), host);
        }
    }

    /** Carries out what no client asked for; false where the store is not able to. */
    boolean operate(Command command, Cause cause) {
        if (!isLed() || !canElect()) {
            return false;
        }
        try {
            server.apply(command);
        } catch (Refusal refused) {
            return false;
        }
        decided(cause);
        return true;
    }

    private void decided(Cause cause) {
        decided(cause, null, scheduler.now());
    }

    /** Writes down what is new, and lets the members have it. */
    private void decided(Cause cause, @Nullable Host actor, long sentAt) {
        Epoch epoch = epoch();
        long newest = server.machine().store().revision();
        boolean any = false;
        if (newest > epoch.revision()) {
            for (Commit commit : server.machine().store().commits(epoch.revision() + 1, newest)) {
                witness.committed(epoch, commit, cause, actor, sentAt);
                epoch.add(commit, scheduler.now());
                scheduler.note(commit.changes().hashCode());
                log.add(replica -> replica.apply(commit));
                any = true;
            }
        }
        long forgotten = server.machine().store().compacted();
        if (forgotten != compacted) {
            compacted = forgotten;
            epoch.compacted(forgotten);
            log.add(replica -> replica.compact(forgotten));
            any = true;
        }
        if (any) {
            for (Node node : nodes) {
                node.catchUpSoon(node.index == leader ? 0 : random.nextLong(slowest));
            }
        }
    }

    /** A new store in place of the old one, at whatever revision others bring it to. All members are down now. */
    void wipe(boolean newId, long otherWrites) {
        replace(newId, new Epoch(epochs.size()), List.of(), List.of());
        Foreign.fill(this, otherWrites);
        decided(Cause.OPERATOR);
    }

    /** The store as it was at a revision. All members are down now. */
    void restore(long revision, boolean newId) {
        Epoch past = epoch().upTo(Math.max(1, Math.min(revision, epoch().revision())), epochs.size());
        List<Commit> commits = new ArrayList<>();
        for (long each = 2; each <= past.revision(); each++) {
            commits.add(past.commit(each));
        }
        replace(newId, past, commits, Foreign.replay(commits, past));
    }

    private void replace(boolean newId, Epoch epoch, List<Commit> commits, List<Command> commands) {
        if (newId) {
            clusterId = random.nextLong();
        }
        term = 1 + random.nextLong(3);
        epoch.term(term);
        server = new SimulatedServer(scheduler::now, scheduler.now() / Scheduler.MILLIS);
        commands.forEach(server::apply);
        log = new ArrayList<>();
        compacted = -1;
        waiting.clear();
        leader = -1;
        commits.forEach(commit -> log.add(replica -> replica.apply(commit)));
        nodes.forEach(node -> {
            node.replace(newReplica(node.index));
            node.term(term);
        });
        begin(epoch);
    }
}
