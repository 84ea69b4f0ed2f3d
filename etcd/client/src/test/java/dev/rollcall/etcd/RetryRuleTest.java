package dev.rollcall.etcd;

import static dev.rollcall.etcd.RetryRule.Verdict.GIVE_UP;
import static dev.rollcall.etcd.RetryRule.Verdict.RENEW_TOKEN;
import static dev.rollcall.etcd.RetryRule.Verdict.REPEAT;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryRuleTest {

    private static final long LEFT = TimeUnit.SECONDS.toNanos(3);
    private static final Status BROKEN = Status.UNAVAILABLE.withDescription("io exception");
    private static final Status LATE = Status.DEADLINE_EXCEEDED;

    private static RetryRule after(Call.Kind kind, Status status, boolean sent, int attempt, long left) {
        return RetryRule.after(kind, Errors.classify(status), sent, attempt, left, RetryRule.MAX_TOKENS, 1, 0.5);
    }

    @Test
    void aReadIsRepeatedWhileTimeIsLeft() {
        assertThat(after(Call.Kind.READ, BROKEN, true, 1, LEFT).verdict()).isEqualTo(REPEAT);
        assertThat(after(Call.Kind.READ, LATE, true, 4, LEFT).verdict()).isEqualTo(REPEAT);
        assertThat(after(Call.Kind.READ, LATE, true, 1, 0)).isEqualTo(new RetryRule(GIVE_UP, EtcdError.TIMEOUT, 0));
    }

    @Test
    void aWriteThatWasNeverSentIsRepeated() {
        assertThat(after(Call.Kind.WRITE, BROKEN, false, 1, LEFT).verdict()).isEqualTo(REPEAT);
        assertThat(after(Call.Kind.WRITE, BROKEN, false, 1, 0))
                .isEqualTo(new RetryRule(GIVE_UP, EtcdError.UNAVAILABLE, 0));
    }

    @Test
    void aWriteThatMayHaveBeenDoneIsNotRepeatedAndItsOutcomeIsUnknown() {
        for (Status status : new Status[] {
            BROKEN,
            LATE,
            Status.UNAVAILABLE.withDescription("etcdserver: leader changed"),
            Status.UNAVAILABLE.withDescription("etcdserver: request timed out"),
            Status.UNKNOWN.withDescription("context deadline exceeded"),
            Status.CANCELLED
        }) {
            assertThat(after(Call.Kind.WRITE, status, true, 1, LEFT))
                    .as("%s", status)
                    .isEqualTo(new RetryRule(GIVE_UP, EtcdError.OUTCOME_UNKNOWN, 0));
        }
    }

    @Test
    void aWriteThatTheMemberRefusedForWantOfALeaderIsRepeated() {
        Status noLeader = Status.UNAVAILABLE.withDescription("etcdserver: no leader");
        Status busy = Status.UNKNOWN.withDescription("etcdserver: too many requests");
        assertThat(after(Call.Kind.WRITE, noLeader, true, 1, LEFT).verdict()).isEqualTo(REPEAT);
        assertThat(after(Call.Kind.WRITE, busy, true, 1, LEFT).verdict()).isEqualTo(REPEAT);
        assertThat(after(Call.Kind.WRITE, noLeader, true, 9, 0).code()).isEqualTo(EtcdError.NO_LEADER);
    }

    @Test
    void aRefusalIsToldAtOnce() {
        Status refused = Status.NOT_FOUND.withDescription("etcdserver: requested lease not found");
        assertThat(after(Call.Kind.READ, refused, true, 1, LEFT))
                .isEqualTo(new RetryRule(GIVE_UP, EtcdError.LEASE_NOT_FOUND, 0));
    }

    @Test
    void aRefusedTokenIsRenewedWhileTheCallMayAskForOneHoweverOftenItFailedBefore() {
        Status old = Status.INVALID_ARGUMENT.withDescription("etcdserver: revision of auth store is old");
        assertThat(after(Call.Kind.WRITE, old, true, 1, LEFT).verdict()).isEqualTo(RENEW_TOKEN);
        assertThat(after(Call.Kind.WRITE, old, true, 9, LEFT).verdict()).isEqualTo(RENEW_TOKEN);
        assertThat(RetryRule.after(Call.Kind.WRITE, Errors.classify(old), true, 1, LEFT, 0, 1, 0.5)
                        .verdict())
                .isEqualTo(GIVE_UP);
        assertThat(after(Call.Kind.AUTHENTICATE, old, true, 1, LEFT).verdict()).isEqualTo(GIVE_UP);
    }

    @Test
    void withoutCredentialsThereIsNoTokenToRenew() {
        Errors.Failure wanted =
                Errors.classify(Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
        assertThat(RetryRule.after(Call.Kind.READ, wanted, true, 1, LEFT, 0, 1, 0))
                .isEqualTo(new RetryRule(GIVE_UP, EtcdError.UNAUTHENTICATED, 0));
    }

    @Test
    void attemptsFollowFasterAtFirst() {
        assertThat(after(Call.Kind.READ, BROKEN, true, 1, LEFT).delayNanos()).isZero();
        assertThat(after(Call.Kind.READ, BROKEN, true, 2, LEFT).delayNanos()).isEqualTo(15_000_000);
        assertThat(after(Call.Kind.READ, BROKEN, true, 50, LEFT).delayNanos()).isEqualTo(375_000_000);
    }

    @Test
    void aMemberWithoutALeaderIsGivenTimeToGetOne() {
        Status leaderless = Status.UNAVAILABLE.withDescription("etcdserver: no leader");
        assertThat(after(Call.Kind.READ, leaderless, true, 1, LEFT).delayNanos())
                .isZero();
        assertThat(after(Call.Kind.READ, leaderless, true, 2, LEFT).delayNanos())
                .isEqualTo(120_000_000);
        assertThat(after(Call.Kind.READ, leaderless, true, 50, LEFT).delayNanos())
                .isEqualTo(375_000_000);
        Status changed = Status.UNAVAILABLE.withDescription("etcdserver: leader changed");
        assertThat(after(Call.Kind.READ, changed, true, 2, LEFT).delayNanos())
                .as("there is one")
                .isEqualTo(15_000_000);
    }

    @Test
    void theMoreCallsAreRepeatedTheSeldomerIsEach() {
        Errors.Failure broken = Errors.classify(BROKEN);
        long[] delays = IntStream.of(1, 2, 3, 4, 40)
                .mapToLong(repeating -> RetryRule.after(Call.Kind.READ, broken, true, 50, LEFT, 0, repeating, 1)
                        .delayNanos())
                .toArray();
        assertThat(delays).containsExactly(500_000_000, 700_000_000, 1_000_000_000, 1_000_000_000, 1_000_000_000);
    }
}
