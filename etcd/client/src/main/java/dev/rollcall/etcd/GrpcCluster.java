package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** The members of the store, over gRPC. */
final class GrpcCluster implements Cluster {

    private final Session session;
    private final Blocking blocking;

    GrpcCluster(Session session, Blocking blocking) {
        this.session = session;
        this.blocking = blocking;
    }

    @Override
    public List<Member> members() {
        return blocking.await(list());
    }

    @Override
    public CompletionStage<List<Member>> membersAsync() {
        return blocking.stage(list());
    }

    private CompletableFuture<List<Member>> list() {
        return session.calls()
                .ask(Call.of(
                        ClusterGrpc.getMemberListMethod(),
                        MemberListRequest.getDefaultInstance(),
                        Call.Kind.LOCAL_READ,
                        "list of members"))
                .thenApply(answer ->
                        answer.getMembersList().stream().map(Wire::member).toList());
    }

    @Override
    public List<String> endpoints() {
        return session.endpoints().stream().map(Endpoint::toString).toList();
    }

    @Override
    public MemberStatus status() {
        return blocking.await(first());
    }

    @Override
    public CompletionStage<MemberStatus> statusAsync() {
        return blocking.stage(first());
    }

    @Override
    public MemberStatus status(String endpoint) {
        return blocking.await(at(endpoint));
    }

    @Override
    public CompletionStage<MemberStatus> statusAsync(String endpoint) {
        return blocking.stage(at(endpoint));
    }

    /** All are asked at once; the first good answer counts, or the last failure. */
    private CompletableFuture<MemberStatus> first() {
        CompletableFuture<MemberStatus> first = new CompletableFuture<>();
        List<Endpoint> endpoints = session.endpoints();
        AtomicInteger left = new AtomicInteger(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            CompletionStage<MemberStatus> asked = ask(endpoint);
            asked.whenComplete((status, failure) -> {
                if (failure == null) {
                    first.complete(status);
                } else if (left.decrementAndGet() == 0) {
                    first.completeExceptionally(failure);
                }
            });
        }
        return first;
    }

    private CompletableFuture<MemberStatus> at(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        if (!session.endpoints().contains(endpoint)) {
            throw new IllegalArgumentException(
                    "the client has no endpoint " + endpoint + "; it has " + session.endpoints());
        }
        return ask(endpoint);
    }

    private CompletableFuture<MemberStatus> ask(Endpoint endpoint) {
        Call<StatusRequest, StatusResponse> call = Call.of(
                MaintenanceGrpc.getStatusMethod(),
                StatusRequest.getDefaultInstance(),
                Call.Kind.LOCAL_READ,
                "status of " + endpoint);
        return session.calls().ask(call.at(endpoint)).thenApply(answer -> Wire.status(endpoint, answer));
    }
}
