package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeepAlive;
import dev.rollcall.etcd.KeepAlive.State;
import dev.rollcall.etcd.KeepAliveListener;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Leases that the client keeps alive. */
abstract class KeepAliveContract extends ClientContract {

    private final List<State> told = new CopyOnWriteArrayList<>();
    private final KeepAliveListener notes = (lease, state, header) -> told.add(state);

    private KeepAlive kept(int seconds) {
        LeaseGrant grant = grant(seconds);
        return leases().keepAlive(grant, notes);
    }

    private boolean alive(KeepAlive lease) {
        return leases().timeToLive(lease.lease()).alive();
    }

    private static void ends(KeepAlive lease, State state, Duration within) {
        assertThat(lease.ended().toCompletableFuture()).succeedsWithin(within).isEqualTo(state);
    }

    @Test
    void manyLeasesOnOneClientOutliveTheirTime() {
        List<KeepAlive> leases = new ArrayList<>();
        Set<LeaseId> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            KeepAlive lease = kept(2);
            leases.add(lease);
            ids.add(lease.lease());
            kv().put("/l/" + i, "x", lease.lease());
        }
        await().during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> leases.stream().allMatch(l -> l.state() == State.HELD)
                        && leases().list().containsAll(ids));
        assertThat(kv().ls("/l/")).hasSize(50);
        assertThat(told).isEmpty();
        assertThat(leases).allMatch(l -> l.remaining().compareTo(Duration.ofSeconds(2)) <= 0);
    }

    @Test
    void aLeaseIsHeldAcrossARestart() {
        KeepAlive lease = kept(4);
        kv().put("/l", "x", lease.lease());
        etcd().restart();
        renewedAfterNow(lease);
        etcd().kill();
        etcd().start();
        renewedAfterNow(lease);
        assertThat(kv().get("/l")).isPresent();
        assertThat(told).doesNotContain(State.LOST);
    }

    /** Waits until the time left grows: only an answer of the store makes it. */
    private void renewedAfterNow(KeepAlive lease) {
        Duration[] before = {lease.remaining()};
        await().atMost(Duration.ofSeconds(8))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Duration now = lease.remaining();
                    boolean grew = now.compareTo(before[0]) > 0;
                    before[0] = now;
                    return grew && lease.state() == State.HELD;
                });
        assertThat(alive(lease)).isTrue();
    }

    @Test
    void aLeaseRevokedByAnotherIsToldAsLost() {
        KeepAlive lease = kept(4);
        KeepAlive other = kept(4);
        try (EtcdClient operator = another().connect()) {
            operator.leases().revoke(lease.lease());
        }
        ends(lease, State.LOST, Duration.ofSeconds(4));
        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(State.LOST);
        assertThat(lease.state()).isEqualTo(State.LOST);
        assertThat(lease.remaining()).isZero();
        assertThat(other.state()).isEqualTo(State.HELD);
        lease.close();
        assertThat(lease.state()).isEqualTo(State.LOST);
    }

    @Test
    void aLeaseOfAWipedStoreIsToldAsLost() {
        KeepAlive lease = kept(4);
        put("/l", "x");
        etcd().wipe();
        ends(lease, State.LOST, Duration.ofSeconds(4));
        await().until(() -> told.contains(State.LOST));
    }

    @Test
    void aFrozenStoreMakesALeaseSuspectAndThenTheTruthIsTold() {
        KeepAlive lease = kept(2);
        kv().put("/l", "x", lease.lease());
        etcd().pause();
        Duration left = lease.remaining();
        await().atMost(left.plusMillis(500))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> told.contains(State.SUSPECT));
        assertThat(lease.state()).isEqualTo(State.SUSPECT);
        assertThat(lease.remaining()).isZero();
        etcd().resume();
        await().atMost(Duration.ofSeconds(5)).until(() -> lease.state() != State.SUSPECT);
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly(State.SUSPECT, lease.state());
        assertThat(lease.state() == State.HELD).isEqualTo(alive(lease));
        assertThat(kv().get("/l").isPresent()).isEqualTo(lease.state() == State.HELD);
    }

    @Test
    void aListenerThatBlocksDoesNotDelayTheRenewalOfOthers() {
        KeepAlive other = kept(2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(4);
        List<LeaseGrant> doomed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            LeaseGrant grant = grant(4);
            doomed.add(grant);
            leases().keepAlive(grant, (lease, state, header) -> {
                blocked.countDown();
                awaitUninterrupted(release);
            });
        }
        doomed.forEach(grant -> leases().revoke(grant.id()));
        await().atMost(Duration.ofSeconds(6)).until(() -> blocked.getCount() == 0);
        try {
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(8))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> other.state() == State.HELD && alive(other));
        } finally {
            release.countDown();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closingEndsTheRenewalsAndTheLeaseRunsOut() {
        KeepAlive lease = kept(2);
        lease.close();
        lease.close();
        assertThat(lease.state()).isEqualTo(State.CLOSED);
        ends(lease, State.CLOSED, Duration.ofSeconds(2));
        assertThat(alive(lease)).isTrue();
        await().atMost(Duration.ofSeconds(6)).until(() -> !alive(lease));
    }

    @Test
    void closingTheClientEndsTheHandleAndLeavesTheLease() {
        LeaseGrant grant = grant(60);
        EtcdClient second = another().connect();
        KeepAlive lease = second.leases().keepAlive(grant, notes);
        second.close();
        ends(lease, State.CLOSED, Duration.ofSeconds(2));
        assertThat(lease.state()).isEqualTo(State.CLOSED);
        assertThat(leases().timeToLive(grant.id()).alive()).isTrue();
    }

    @Test
    void aLeaseThatWasGoneBeforeIsToldAsLost() {
        LeaseGrant grant = grant(3);
        leases().revoke(grant.id());
        KeepAlive lease = leases().keepAlive(grant, notes);
        ends(lease, State.LOST, grant.ttl());
    }
}
