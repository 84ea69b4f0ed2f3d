package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.LeaseTimeToLive;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Leases that nobody renews. */
abstract class LeaseContract extends ClientContract {

    @Test
    void aGrantedLeaseLivesWithItsKeys() {
        LeaseGrant grant = grant(60);
        assertThat(grant.id()).isNotEqualTo(LeaseId.NONE);
        assertThat(grant.ttl()).isEqualTo(Duration.ofSeconds(60));
        kv().put("/l/1", "x", grant.id());
        kv().put("/l/2", "x", grant.id());
        LeaseTimeToLive left = leases().timeToLive(grant.id());
        assertThat(left.alive()).isTrue();
        assertThat(left.granted()).isEqualTo(Duration.ofSeconds(60));
        assertThat(left.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(left.keys()).containsExactlyInAnyOrder(bytes("/l/1"), bytes("/l/2"));
        assertThat(leases().list()).contains(grant.id());
    }

    @Test
    void aTimeToLiveIsRoundedUpAndNeverBelowTheStoresMinimum() {
        assertThat(leases().revoke(grantOf(Duration.ofMillis(60_100), 61)).revision())
                .isEqualTo(revision());
        LeaseGrant shortest = grant(1);
        assertThat(shortest.ttl()).isEqualTo(Duration.ofSeconds(2));
        assertThat(leases().timeToLive(shortest.id()).granted()).isEqualTo(shortest.ttl());
    }

    private LeaseId grantOf(Duration asked, int seconds) {
        LeaseGrant grant = leases().grant(asked);
        assertThat(grant.ttl()).isEqualTo(Duration.ofSeconds(seconds));
        return grant.id();
    }

    @Test
    void anAbsurdTimeToLiveIsRefused() {
        fails(EtcdError.LEASE_TTL_TOO_LARGE, () -> leases().grant(Duration.ofSeconds(9_000_000_001L)));
    }

    @Test
    void aMissingLeaseIsNotAliveAndCannotBeRevoked() {
        LeaseTimeToLive none = leases().timeToLive(new LeaseId(4711));
        assertThat(none.alive()).isFalse();
        assertThat(none.remaining()).isZero();
        assertThat(none.granted()).isZero();
        assertThat(none.keys()).isEmpty();
        assertThat(fails(EtcdError.LEASE_NOT_FOUND, () -> leases().revoke(new LeaseId(4711))))
                .hasMessageContaining(new LeaseId(4711).toString());
    }

    @Test
    void revokingDeletesAllKeysInOneRevision() {
        LeaseId lease = grant(60).id();
        kv().put("/l/1", "x", lease);
        long last = kv().put("/l/2", "x", lease).header().revision();
        put("/l/other", "stays");
        Header revoked = leases().revoke(lease);
        assertThat(revoked.revision()).isEqualTo(last + 2);
        assertThat(kv().ls("/l/")).extracting(KeyValue::key).containsExactly(bytes("/l/other"));
        assertThat(leases().timeToLive(lease).alive()).isFalse();
        fails(EtcdError.LEASE_NOT_FOUND, () -> leases().revoke(lease));
        fails(EtcdError.LEASE_NOT_FOUND, () -> kv().put("/l/1", "x", lease));
    }

    @Test
    void aKeyLeavesItsLeaseWithAPlainPut() {
        LeaseId lease = grant(60).id();
        kv().put("/l/1", "x", lease);
        put("/l/1", "y");
        leases().revoke(lease);
        assertThat(kv().get("/l/1")).isPresent();
    }

    @Test
    void aLeaseThatNobodyRenewsRunsOut() {
        LeaseId lease = grant(2).id();
        kv().put("/l/1", "x", lease);
        await().atMost(Duration.ofSeconds(6)).until(() -> kv().get("/l/1").isEmpty());
        assertThat(leases().timeToLive(lease).alive()).isFalse();
    }
}
