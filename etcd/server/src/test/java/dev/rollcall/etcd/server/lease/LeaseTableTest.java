package dev.rollcall.etcd.server.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.mvcc.Bytes;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTableTest {
    private static final long SECOND = 1_000_000_000L;

    private final LeaseTable leases = new LeaseTable();

    @ParameterizedTest
    @CsvSource({"-5, 2", "0, 2", "1, 2", "2, 2", "3, 3", "9000000000, 9000000000"})
    void shortTimesAreRaisedToTwoSeconds(long asked, long granted) {
        assertThat(leases.grant(1, asked, 0)).isEqualTo(granted);
    }

    @Test
    void refusesTooLongTimesAndTakenIds() {
        leases.grant(-7, 5, 0);
        assertThatThrownBy(() -> leases.grant(-7, 5, 0)).hasMessage("etcdserver: lease already exists");
        assertThatThrownBy(() -> leases.grant(8, 9_000_000_001L, 0)).hasMessage("etcdserver: too large lease TTL");
        assertThatThrownBy(() -> leases.revoke(8)).hasMessage("etcdserver: requested lease not found");
    }

    @Test
    void theLongestLeaseDoesNotEndAtOnce() {
        leases.grant(1, LeaseTable.MAX_TTL, Long.MAX_VALUE / 2);
        assertThat(leases.expired(Long.MAX_VALUE / 2 + SECOND, 10)).isEmpty();
    }

    @Test
    void aLeaseEndsWhenItsTimeIsUpAndNotBefore() {
        leases.grant(1, 5, 0);
        assertThat(leases.expired(5 * SECOND - 1, 10)).isEmpty();
        assertThat(left(5 * SECOND - 1).seconds()).isZero();
        assertThat(leases.expired(5 * SECOND, 10)).containsExactly(1L);
        assertThat(leases.remaining(1, 5 * SECOND)).isNull();
        assertThat(leases.renew(1, 5 * SECOND)).isZero();
    }

    @Test
    void aRenewedLeaseHasItsFullTimeAgain() {
        leases.grant(1, 5, 0);
        assertThat(leases.renew(1, 4 * SECOND)).isEqualTo(5);
        assertThat(leases.expired(8 * SECOND, 10)).isEmpty();
        assertThat(left(8 * SECOND).seconds()).isEqualTo(1);
        assertThat(leases.renew(2, 0)).isZero();
    }

    @Test
    void theLeasesThatEndFirstComeFirst() {
        leases.grant(1, 9, 0);
        leases.grant(2, 3, 0);
        leases.grant(3, 6, 0);
        assertThat(leases.ids()).containsExactly(2L, 3L, 1L);
        assertThat(leases.expired(20 * SECOND, 2)).containsExactly(2L, 3L);
    }

    @Test
    void rearmingGivesEveryoneTheFullTimeAndSomeMore() {
        leases.grant(1, 5, 0);
        leases.rearm(4 * SECOND, SECOND);
        assertThat(leases.expired(10 * SECOND - 1, 10)).isEmpty();
        assertThat(leases.expired(10 * SECOND, 10)).containsExactly(1L);
    }

    @Test
    void aKeyHangsOnOneLeaseAtATime() {
        leases.grant(1, 5, 0);
        leases.grant(2, 5, 0);
        leases.attach(Bytes.utf8("b"), 1);
        leases.attach(Bytes.utf8("a"), 1);
        leases.attach(Bytes.utf8("c"), 1);
        leases.attach(Bytes.utf8("c"), 2);
        assertThat(left(0).keys()).containsExactly(Bytes.utf8("a"), Bytes.utf8("b"));
        leases.attach(Bytes.utf8("a"), 0);
        assertThat(leases.revoke(1)).containsExactly(Bytes.utf8("b"));
        assertThat(leases.revoke(2)).containsExactly(Bytes.utf8("c"));
        assertThat(leases.size()).isZero();
        assertThat(leases.ids()).isEmpty();
    }

    private LeaseTable.Remaining left(long now) {
        return Objects.requireNonNull(leases.remaining(1, now));
    }
}
