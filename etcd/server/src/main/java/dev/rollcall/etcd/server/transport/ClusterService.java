package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MemberAddRequest;
import dev.rollcall.etcd.proto.MemberAddResponse;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.MemberListResponse;
import dev.rollcall.etcd.proto.MemberPromoteRequest;
import dev.rollcall.etcd.proto.MemberPromoteResponse;
import dev.rollcall.etcd.proto.MemberRemoveRequest;
import dev.rollcall.etcd.proto.MemberRemoveResponse;
import dev.rollcall.etcd.proto.MemberUpdateRequest;
import dev.rollcall.etcd.proto.MemberUpdateResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The members of the cluster: this one. Its client URL is where it really listens, for clients connect to what they read here. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
    private final Calls calls;
    private final Headers headers;
    private final Membership membership;
    private final Supplier<Member> member;

    ClusterService(Calls calls, Headers headers, Membership membership, Supplier<Member> member) {
        this.calls = calls;
        this.headers = headers;
        this.membership = membership;
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

    @Override
    public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> observer) {
        calls.read(observer, () -> {
            throw membership.add(request.getPeerURLsList());
        });
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> observer) {
        calls.read(observer, () -> {
            throw membership.remove(request.getID());
        });
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> observer) {
        calls.read(observer, () -> {
            throw membership.promote(request.getID());
        });
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> observer) {
        calls.read(observer, () -> {
            membership.update(request.getID(), request.getPeerURLsList());
            return MemberUpdateResponse.newBuilder()
                    .setHeader(headers.at(0))
                    .addMembers(member.get())
                    .build();
        });
    }
}
