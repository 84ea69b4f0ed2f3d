package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.CampaignRequest;
import dev.rollcall.etcd.proto.CampaignResponse;
import dev.rollcall.etcd.proto.ElectionGrpc;
import dev.rollcall.etcd.proto.LeaderKey;
import dev.rollcall.etcd.proto.LeaderRequest;
import dev.rollcall.etcd.proto.LeaderResponse;
import dev.rollcall.etcd.proto.ProclaimRequest;
import dev.rollcall.etcd.proto.ProclaimResponse;
import dev.rollcall.etcd.proto.ResignRequest;
import dev.rollcall.etcd.proto.ResignResponse;
import dev.rollcall.etcd.server.machine.Compare;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.machine.Outcome;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/** Elections: of the keys below a name, one for each candidate, the oldest is the leader, and its value what the leader proclaims. */
final class ElectionService extends ElectionGrpc.ElectionImplBase {
    private final Loop loop;
    private final Callers callers;
    private final Headers headers;
    private final Limits limits;

    ElectionService(Loop loop, Callers callers, Headers headers, Limits limits) {
        this.loop = loop;
        this.callers = callers;
        this.headers = headers;
        this.limits = limits;
    }

    @Override
    public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> observer) {
        Recipe<CampaignResponse> recipe = new Recipe<>(loop, callers.current(), observer);
        recipe.begin(() -> {
            limits.requireFits(request);
            recipe.withLease(request.getLease(), lease -> enter(recipe, request, lease));
        });
    }

    @Override
    public void proclaim(ProclaimRequest request, StreamObserver<ProclaimResponse> observer) {
        Recipe<ProclaimResponse> recipe = new Recipe<>(loop, callers.current(), observer);
        recipe.begin(() -> {
            require(request.hasLeader());
            limits.requireFits(request);
            LeaderKey leader = request.getLeader();
            Bytes key = FromWire.bytes(leader.getKey());
            Bytes value = FromWire.bytes(request.getValue());
            recipe.withLease(leader.getLease(), lease -> {
                Op put = new Op.Put(key, value, lease, false, false, false);
                proclaim(
                        recipe,
                        key,
                        leader.getRev(),
                        put,
                        outcome -> recipe.finish(ProclaimResponse.newBuilder()
                                .setHeader(headers.at(outcome.revision()))
                                .build()));
            });
        });
    }

    @Override
    public void leader(LeaderRequest request, StreamObserver<LeaderResponse> observer) {
        Callers.Caller caller = callers.current();
        Recipe<LeaderResponse> recipe = new Recipe<>(loop, caller, observer);
        recipe.begin(() -> {
            caller.requireRead(candidates(request));
            KeyValue leader = Recipe.oldest(recipe.store(), candidates(request));
            if (leader == null) {
                throw new Refusal(Reason.NO_LEADER);
            }
            recipe.finish(LeaderResponse.newBuilder()
                    .setHeader(headers.at(recipe.store().revision()))
                    .setKv(ToWire.keyValue(leader))
                    .build());
        });
    }

    @Override
    public void observe(LeaderRequest request, StreamObserver<LeaderResponse> observer) {
        var unused = new ObserveCall(
                loop, callers.current(), headers, candidates(request), (ServerCallStreamObserver<LeaderResponse>)
                        observer);
    }

    @Override
    public void resign(ResignRequest request, StreamObserver<ResignResponse> observer) {
        Recipe<ResignResponse> recipe = new Recipe<>(loop, callers.current(), observer);
        recipe.begin(() -> {
            require(request.hasLeader());
            LeaderKey leader = request.getLeader();
            Bytes key = FromWire.bytes(leader.getKey());
            recipe.withLease(
                    leader.getLease(),
                    lease -> recipe.carryOut(
                            withdrawal(key, leader.getRev()),
                            outcome -> recipe.finish(ResignResponse.newBuilder()
                                    .setHeader(headers.at(outcome.revision()))
                                    .build())));
        });
    }

    /**
     * Writes the candidate's key, or finds it where the same lease stands already; then the value it has is replaced. A key that was found is
     * of an earlier campaign: a client that is gone by then takes nothing back.
     */
    private void enter(Recipe<CampaignResponse> recipe, CampaignRequest request, long lease) {
        Bytes prefix = FromWire.bytes(request.getName()).plus(Bytes.utf8("/"));
        Bytes key = Recipe.key(prefix, lease);
        Op put = new Op.Put(key, FromWire.bytes(request.getValue()), lease, false, false, false);
        Op.Txn txn = new Op.Txn(
                List.of(Compare.created(key, 0)),
                List.of(put),
                List.of(new Op.Range(RangeQuery.current(KeyRange.single(key)))));
        recipe.carryOut(txn, outcome -> {
            Outcome.Txn done = (Outcome.Txn) outcome;
            Candidate candidate = new Candidate(request, lease, prefix, key, done.revision());
            if (done.succeeded()) {
                await(recipe, candidate, done.revision());
                return;
            }
            if (recipe.isGone()) {
                return;
            }
            KeyValue mine =
                    ((Outcome.Range) done.outcomes().get(0)).result().kvs().get(0);
            if (mine.value().equals(FromWire.bytes(request.getValue()))) {
                await(recipe, candidate, mine.createRevision());
            } else {
                proclaim(recipe, key, mine.createRevision(), put, changed -> {
                    if (!recipe.isGone()) {
                        await(recipe, candidate, mine.createRevision());
                    }
                });
            }
        });
    }

    private void await(Recipe<CampaignResponse> recipe, Candidate candidate, long created) {
        Op undo = withdrawal(candidate.key, created);
        recipe.awaitTurn(
                KeyRange.prefix(candidate.prefix),
                created,
                undo,
                () -> recipe.finish(CampaignResponse.newBuilder()
                        .setHeader(headers.at(candidate.entered))
                        .setLeader(LeaderKey.newBuilder()
                                .setName(candidate.request.getName())
                                .setKey(ToWire.bytes(candidate.key))
                                .setRev(created)
                                .setLease(candidate.lease))
                        .build()));
    }

    private static <A> void proclaim(Recipe<A> recipe, Bytes key, long created, Op put, Consumer<Outcome> next) {
        recipe.carryOut(new Op.Txn(List.of(Compare.created(key, created)), List.of(put), List.of()), outcome -> {
            if (!((Outcome.Txn) outcome).succeeded()) {
                throw new Refusal(Reason.NOT_LEADER);
            }
            next.accept(outcome);
        });
    }

    private static Op withdrawal(Bytes key, long created) {
        return new Op.Txn(
                List.of(Compare.created(key, created)),
                List.of(new Op.DeleteRange(KeyRange.single(key), false)),
                List.of());
    }

    private static KeyRange candidates(LeaderRequest request) {
        return KeyRange.prefix(FromWire.bytes(request.getName()).plus(Bytes.utf8("/")));
    }

    private static void require(boolean leaderGiven) {
        if (!leaderGiven) {
            throw new Refusal(Reason.LEADER_NOT_PROVIDED);
        }
    }

    /** Who campaigns, and the revision of the header that the answer will have. */
    private record Candidate(CampaignRequest request, long lease, Bytes prefix, Bytes key, long entered) {}
}
