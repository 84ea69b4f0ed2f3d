package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.MemberListResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The members of the cluster: this one. Its client URL is where it really listens, for clients connect to what they read here. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
    private final Calls calls;
    private final Headers headers;
    private final Supplier<Member> member;

    ClusterService(Calls calls, Headers headers, Supplier<Member> member) {
        this.calls = calls;
        this.headers = headers;
        this.member = member;
    }

    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
        calls.read(
                observer,
                () -> MemberListResponse.newBuilder()
                        .setHeader(headers.at(0))
                        .addMembers(member.get())
                        .build());
    }
}
