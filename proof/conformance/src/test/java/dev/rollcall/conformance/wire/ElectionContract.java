package dev.rollcall.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.CampaignRequest;
import dev.rollcall.etcd.proto.CampaignResponse;
import dev.rollcall.etcd.proto.LeaderKey;
import dev.rollcall.etcd.proto.LeaderRequest;
import dev.rollcall.etcd.proto.LeaderResponse;
import dev.rollcall.etcd.proto.ProclaimRequest;
import dev.rollcall.etcd.proto.ResignRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

/** Elections: who leads, what it proclaims, and who is told. */
abstract class ElectionContract extends Contract {

    private static CampaignRequest candidate(long lease, String value) {
        return CampaignRequest.newBuilder()
                .setName(Wire.bytes("/e"))
                .setLease(lease)
                .setValue(Wire.bytes(value))
                .build();
    }

    private CampaignResponse campaign(long lease, String value) {
        return wire().election().campaign(candidate(lease, value));
    }

    private StreamProbe<CampaignRequest, CampaignResponse> waitFor(long lease, String value) {
        StreamProbe<CampaignRequest, CampaignResponse> probe = new StreamProbe<>();
        wire().electionStreams().campaign(candidate(lease, value), probe);
        return probe;
    }

    private StreamProbe<LeaderRequest, LeaderResponse> observe() {
        StreamProbe<LeaderRequest, LeaderResponse> probe = new StreamProbe<>();
        wire().electionStreams().observe(election(), probe);
        return probe;
    }

    private static LeaderRequest election() {
        return LeaderRequest.newBuilder().setName(Wire.bytes("/e")).build();
    }

    private long proclaim(LeaderKey leader, String value) {
        return wire().election()
                .proclaim(ProclaimRequest.newBuilder()
                        .setLeader(leader)
                        .setValue(Wire.bytes(value))
                        .build())
                .getHeader()
                .getRevision();
    }

    private long resign(LeaderKey leader) {
        return wire().election()
                .resign(ResignRequest.newBuilder().setLeader(leader).build())
                .getHeader()
                .getRevision();
    }

    private static String value(LeaderResponse response) {
        return response.getKv().getValue().toStringUtf8();
    }

    @Test
    void theFirstCandidateLeads() {
        long lease = wire().grant(60);
        CampaignResponse elected = campaign(lease, "one");
        LeaderKey leader = elected.getLeader();
        assertThat(leader.getName().toStringUtf8()).isEqualTo("/e");
        assertThat(leader.getKey().toStringUtf8()).isEqualTo("/e/" + Long.toHexString(lease));
        assertThat(leader.getLease()).isEqualTo(lease);
        assertThat(leader.getRev()).isEqualTo(elected.getHeader().getRevision());
        wire().put("/other", "1");
        LeaderResponse seen = wire().election().leader(election());
        assertThat(value(seen)).isEqualTo("one");
        assertThat(seen.getKv().getCreateRevision()).isEqualTo(leader.getRev());
        assertThat(seen.getHeader().getRevision()).isEqualTo(leader.getRev() + 1);
    }

    @Test
    void whoCampaignsAgainProclaimsAnewValue() {
        long lease = wire().grant(60);
        CampaignResponse first = campaign(lease, "one");
        CampaignResponse same = campaign(lease, "one");
        assertThat(same.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision());
        CampaignResponse again = campaign(lease, "two");
        assertThat(again.getLeader()).isEqualTo(first.getLeader());
        assertThat(again.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision());
        assertThat(value(wire().election().leader(election()))).isEqualTo("two");
        assertThat(wire().revision()).isEqualTo(first.getLeader().getRev() + 1);
    }

    @Test
    void theNextCandidateIsElectedWhenTheLeaderResigns() {
        CampaignResponse first = campaign(wire().grant(60), "one");
        try (var next = waitFor(wire().grant(60), "two")) {
            awaitKeys("/e/", 2);
            assertThat(next.poll(200)).isNull();
            long resigned = resign(first.getLeader());
            assertThat(resigned).isEqualTo(first.getLeader().getRev() + 2);
            CampaignResponse elected = next.next();
            assertThat(elected.getHeader().getRevision())
                    .isEqualTo(first.getLeader().getRev() + 1);
            assertThat(elected.getLeader().getRev()).isEqualTo(first.getLeader().getRev() + 1);
        }
    }

    @Test
    void aCandidateThatGoesAwayLeavesNothing() {
        campaign(wire().grant(60), "one");
        try (var waiting = waitFor(wire().grant(60), "two")) {
            awaitKeys("/e/", 2);
            waiting.cancel();
            awaitKeys("/e/", 1);
        }
    }

    @Test
    void onlyTheLeaderProclaims() {
        LeaderKey leader = campaign(wire().grant(60), "one").getLeader();
        assertThat(proclaim(leader, "two")).isEqualTo(leader.getRev() + 1);
        assertThat(value(wire().election().leader(election()))).isEqualTo("two");
        LeaderKey other = leader.toBuilder().setRev(leader.getRev() + 1).build();
        refused(Code.UNKNOWN, "election: not leader", () -> proclaim(other, "three"));
        assertThat(resign(other)).isEqualTo(leader.getRev() + 1);
        assertThat(value(wire().election().leader(election()))).isEqualTo("two");
        resign(leader);
        refused(Code.UNKNOWN, "election: no leader", () -> wire().election().leader(election()));
        refused(Code.UNKNOWN, "election: not leader", () -> proclaim(leader, "four"));
    }

    @Test
    void aLeaderMustBeNamed() {
        refused(
                Code.UNKNOWN,
                "\"leader\" field must be provided",
                () -> wire().election().proclaim(ProclaimRequest.getDefaultInstance()));
        refused(
                Code.UNKNOWN,
                "\"leader\" field must be provided",
                () -> wire().election().resign(ResignRequest.getDefaultInstance()));
        refused(Code.UNKNOWN, "etcdserver: requested lease not found", () -> campaign(4711, "x"));
    }

    @Test
    void whoObservesIsToldOfEachLeaderAndEachValue() {
        try (var observer = observe()) {
            assertThat(observer.poll(200)).isNull();
            CampaignResponse first = campaign(wire().grant(60), "one");
            LeaderResponse seen = observer.next();
            assertThat(value(seen)).isEqualTo("one");
            assertThat(seen.getHeader().getRevision())
                    .isEqualTo(first.getLeader().getRev());
            long changed = proclaim(first.getLeader(), "two");
            seen = observer.next();
            assertThat(value(seen)).isEqualTo("two");
            assertThat(seen.getHeader().getRevision()).isEqualTo(changed);
            try (var next = waitFor(wire().grant(60), "other")) {
                awaitKeys("/e/", 2);
                long resigned = resign(first.getLeader());
                assertThat(next.next().getLeader().getRev()).isEqualTo(changed + 1);
                seen = observer.next();
                assertThat(value(seen)).isEqualTo("other");
                assertThat(seen.getHeader().getRevision()).isEqualTo(resigned);
            }
            assertThat(observer.isOpen()).isTrue();
        }
    }

    @Test
    void whoObservesIsToldOfTheLeaderThereIs() {
        campaign(wire().grant(60), "one");
        wire().put("/other", "1");
        try (var observer = observe()) {
            LeaderResponse seen = observer.next();
            assertThat(value(seen)).isEqualTo("one");
            assertThat(seen.getHeader().getRevision()).isEqualTo(wire().revision());
        }
    }
}
