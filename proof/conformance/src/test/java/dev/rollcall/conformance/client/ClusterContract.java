package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.Member;
import dev.rollcall.etcd.MemberStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the store tells of itself. */
abstract class ClusterContract extends ClientContract {

    @Test
    void theStatusIsThatOfTheStore() {
        long revision = put("/k", "x");
        MemberStatus status = client().cluster().status();
        assertThat(status.version()).isEqualTo(etcd().version());
        assertThat(status.endpoint()).isEqualTo(endpoint());
        assertThat(status.header().revision()).isEqualTo(revision);
        assertThat(status.leader()).isEqualTo(status.header().memberId());
        assertThat(status.raftTerm()).isPositive();
        assertThat(status.raftIndex()).isPositive();
        assertThat(status.dbSize()).isPositive();
        assertThat(status.learner()).isFalse();
        assertThat(status.errors()).isEmpty();
        assertThat(client().cluster().status(endpoint()).header().memberId())
                .isEqualTo(status.header().memberId());
    }

    @Test
    void theOnlyMemberIsListed() {
        List<Member> members = client().cluster().members();
        assertThat(members).hasSize(1);
        Member only = members.get(0);
        assertThat(only.id()).isEqualTo(client().cluster().status().header().memberId());
        assertThat(only.name()).isNotEmpty();
        assertThat(only.clientUrls()).containsExactly(endpoint());
        assertThat(only.learner()).isFalse();
    }

    @Test
    void theEndpointsAreThoseGiven() {
        assertThat(client().cluster().endpoints()).containsExactly(endpoint());
        assertThatThrownBy(() -> client().cluster().status("http://127.0.0.1:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://127.0.0.1:1")
                .hasMessageContaining(endpoint());
    }
}
