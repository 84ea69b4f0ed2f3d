package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.HealthCheckRequest;
import dev.rollcall.etcd.proto.HealthCheckResponse;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.MemberListResponse;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.testkit.TestEtcd;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

/** What a member tells of itself, and what a restart and a wipe mean. */
abstract class ServerContract extends Contract {

    @Test
    void theStatusNamesVersionAndLeader() {
        StatusResponse status = wire().maintenance().status(StatusRequest.getDefaultInstance());
        assertThat(status.getVersion()).startsWith("3.");
        assertThat(status.getLeader()).isEqualTo(status.getHeader().getMemberId());
        assertThat(status.getRaftTerm()).isEqualTo(status.getHeader().getRaftTerm());
        assertThat(status.getDbSize()).isPositive();
        assertThat(status.getErrorsCount()).isZero();
    }

    @Test
    void theMemberListNamesWhereClientsGo(TestEtcd etcd) {
        MemberListResponse list = wire().cluster()
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build());
        assertThat(list.getMembersCount()).isEqualTo(1);
        Member member = list.getMembers(0);
        assertThat(member.getID()).isEqualTo(list.getHeader().getMemberId());
        assertThat(member.getClientURLsList()).containsExactlyElementsOf(etcd.endpoints());
        assertThat(list.getHeader().getRevision()).isZero();
    }

    @Test
    void theHealthServiceAnswers() {
        assertThat(wire().health()
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        refused(
                Code.NOT_FOUND,
                "unknown service",
                () -> wire().health()
                        .check(HealthCheckRequest.newBuilder().setService("no").build()));
    }

    @Test
    void aRestartKeepsEverythingAndRaisesTheTerm(TestEtcd etcd) {
        long lease = wire().grant(60);
        var before = wire().put("/a", "1", lease).getHeader();
        etcd.restart();
        try (Wire again = new Wire(etcd)) {
            var read = again.get("/a");
            assertThat(read.getKvs(0).getLease()).isEqualTo(lease);
            assertThat(read.getHeader().getRevision()).isEqualTo(before.getRevision());
            assertThat(read.getHeader().getRaftTerm()).isGreaterThan(before.getRaftTerm());
            assertThat(read.getHeader().getClusterId()).isEqualTo(before.getClusterId());
        }
    }

    @Test
    void aWipeBeginsAtRevisionOne(TestEtcd etcd) {
        wire().put("/a", "1");
        etcd.wipe();
        try (Wire again = new Wire(etcd)) {
            assertThat(again.get("/a").getKvsCount()).isZero();
            assertThat(again.revision()).isEqualTo(1);
        }
    }
}
