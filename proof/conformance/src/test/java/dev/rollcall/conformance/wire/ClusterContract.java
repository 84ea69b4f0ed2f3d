package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MemberAddRequest;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.MemberPromoteRequest;
import dev.rollcall.etcd.proto.MemberRemoveRequest;
import dev.rollcall.etcd.proto.MemberUpdateRequest;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a cluster of one says to those who would change its members. */
abstract class ClusterContract extends Contract {

    private Member self() {
        return wire().cluster()
                .memberList(MemberListRequest.getDefaultInstance())
                .getMembers(0);
    }

    private void add(String... urls) {
        var unused = wire().cluster()
                .memberAdd(MemberAddRequest.newBuilder()
                        .addAllPeerURLs(List.of(urls))
                        .build());
    }

    @Test
    void aMemberNeedsAnUrlOfItsOwn() {
        String invalid = "etcdserver: given member URLs are invalid";
        refused(Code.INVALID_ARGUMENT, invalid, this::add);
        for (String url : List.of("", "foo bar", "localhost:2380", "ftp://a:1", "http://a", "http://a:1/path")) {
            refused(Code.INVALID_ARGUMENT, invalid, () -> add(url));
        }
        refused(Code.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists", () -> add(self().getPeerURLs(0)));
    }

    @Test
    void theLastMemberStays() {
        refused(
                Code.UNKNOWN,
                "etcdserver: re-configuration failed due to not enough started members",
                () -> wire().cluster()
                        .memberRemove(MemberRemoveRequest.newBuilder()
                                .setID(self().getID())
                                .build()));
        refused(
                Code.NOT_FOUND,
                "etcdserver: member not found",
                () -> wire().cluster()
                        .memberRemove(MemberRemoveRequest.newBuilder().setID(5).build()));
    }

    @Test
    void onlyALearnerIsPromoted() {
        refused(
                Code.FAILED_PRECONDITION,
                "etcdserver: can only promote a learner member",
                () -> wire().cluster()
                        .memberPromote(MemberPromoteRequest.newBuilder()
                                .setID(self().getID())
                                .build()));
        refused(
                Code.NOT_FOUND,
                "etcdserver: member not found",
                () -> wire().cluster()
                        .memberPromote(
                                MemberPromoteRequest.newBuilder().setID(5).build()));
    }

    @Test
    void aMemberMayBeGivenTheUrlItHas() {
        Member self = self();
        var updated = wire().cluster()
                .memberUpdate(MemberUpdateRequest.newBuilder()
                        .setID(self.getID())
                        .addAllPeerURLs(self.getPeerURLsList())
                        .build());
        assertThat(updated.getMembersList()).containsExactly(self);
        assertThat(updated.getHeader().getRevision()).isZero();
        refused(
                Code.NOT_FOUND,
                "etcdserver: member not found",
                () -> wire().cluster()
                        .memberUpdate(MemberUpdateRequest.newBuilder()
                                .setID(5)
                                .addPeerURLs("http://localhost:1")
                                .build()));
    }
}
