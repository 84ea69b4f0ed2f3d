package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.Fault;
import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.etcd.testkit.ScriptedCall;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RenewalsTest {

    private static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE =
            LeaseGrpc.getLeaseKeepAliveMethod();
    private static final Header GRANTED = Wire.header(EtcdMessages.header(1));

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final List<KeepAlive.State> states = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(etcd));

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private EtcdClient client(String... endpoints) {
        EtcdClient client = EtcdClient.connect(endpoints);
        opened.add(client);
        return client;
    }

    private static LeaseGrant lease(long id, int seconds) {
        return new LeaseGrant(GRANTED, new LeaseId(id), Duration.ofSeconds(seconds));
    }

    private KeepAlive keepAlive(EtcdClient client, long id, int seconds) {
        return client.leases().keepAlive(lease(id, seconds), (handle, state, header) -> states.add(state));
    }

    private static LeaseKeepAliveResponse renewed(LeaseKeepAliveRequest request) {
        return EtcdMessages.renewed(request.getID(), 3);
    }

    private static long renewals(ScriptedEtcd etcd, long id) {
        return etcd.requests(KEEP_ALIVE).stream()
                .filter(request -> request.getID() == id)
                .count();
    }

    @Test
    void whatRemainsOfALeaseCountsFromTheSendingOfTheGrant() {
        AtomicLong clock = new AtomicLong();
        etcd.always(LeaseGrpc.getLeaseGrantMethod()).await();
        EtcdClient client =
                EtcdClient.builder(etcd.endpoint()).clock(clock::get).connect();
        opened.add(client);
        CompletableFuture<LeaseGrant> grant =
                client.leases().grantAsync(Duration.ofSeconds(10)).toCompletableFuture();
        ScriptedCall<LeaseGrantRequest, LeaseGrantResponse> asked = etcd.awaitCall(LeaseGrpc.getLeaseGrantMethod(), 1);
        clock.set(TimeUnit.SECONDS.toNanos(2));
        asked.send(LeaseGrantResponse.newBuilder()
                .setHeader(EtcdMessages.header(1))
                .setID(1)
                .setTTL(10)
                .build());
        asked.complete();
        assertThat(grant).succeedsWithin(Duration.ofSeconds(20));
        KeepAlive lease = client.leases().keepAlive(grant.join(), (handle, state, header) -> {});
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aRenewalGivesNoMoreTimeThanWasGranted() {
        etcd.always(KEEP_ALIVE).answerEach(request -> EtcdMessages.renewed(request.getID(), 3 + 1024));
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 3);

        await().until(() -> renewals(etcd, 1) >= 3);
        assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(3));
        assertThat(lease.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void allLeasesOfAClientShareOneStream() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        EtcdClient client = client(etcd.endpoint());
        for (int id = 1; id <= 20; id++) {
            keepAlive(client, id, 3);
        }
        await().until(() -> renewals(etcd, 1) >= 2 && renewals(etcd, 20) >= 2);
        assertThat(etcd.calls(KEEP_ALIVE)).hasSize(1);
        assertThat(etcd.calls(KEEP_ALIVE).get(0).header("hasleader")).isEqualTo("true");
        assertThat(states).isEmpty();
    }

    @Test
    void aStreamThatTheMemberEndsIsOpenedAgain() {
        etcd.next(KEEP_ALIVE).await().complete();
        etcd.next(KEEP_ALIVE).await().fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 3);
        await().until(() -> renewals(etcd, 1) >= 4);
        assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
        assertThat(states).isEmpty();
    }

    @Test
    void aRenewalWithoutAnAnswerIsSentOnAnotherMembersStream() {
        try (ScriptedEtcd other = ScriptedEtcd.start()) {
            etcd.always(KEEP_ALIVE).await();
            other.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
            KeepAlive lease = keepAlive(client(etcd.endpoint(), other.endpoint()), 1, 3);
            await().until(() -> renewals(other, 1) >= 3);
            assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
            assertThat(renewals(etcd, 1)).isLessThanOrEqualTo(1);
            assertThat(states).isEmpty();
        }
    }

    @Test
    void aLeaseOutlivesAWayThatIsSlowerThanTheTimeForAnAnswer() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        try (FaultProxy proxy = FaultProxy.inFrontOf(etcd.endpoint())) {
            KeepAlive lease = keepAlive(client(proxy.endpoint()), 1, 3);
            await().until(() -> renewals(etcd, 1) >= 1);
            proxy.both(Fault.delay(Duration.ofMillis(500)));
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(7))
                    .until(() -> lease.state() == KeepAlive.State.HELD);
            assertThat(proxy.counters().acted(Fault.Kind.DELAY)).isPositive();
            assertThat(states).isEmpty();
        }
    }

    @Test
    void aSingleMemberThatIsStuckIsAskedOnANewStreamAndThenOnANewConnection() {
        etcd.next(KEEP_ALIVE).await();
        etcd.next(KEEP_ALIVE).await();
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 4);
        await().until(() -> renewals(etcd, 1) >= 4);
        assertThat(lease.state()).isEqualTo(KeepAlive.State.HELD);
        assertThat(etcd.calls(KEEP_ALIVE)).hasSize(3);
        assertThat(etcd.calls(KEEP_ALIVE).get(0).cancelled()).isTrue();
        assertThat(etcd.connections()).isEqualTo(2);
        assertThat(states).isEmpty();
    }

    @Test
    void aLeaseThatTheStoreDoesNotKnowIsLost() {
        etcd.always(KEEP_ALIVE).answerEach(request -> EtcdMessages.renewed(request.getID(), 0));
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 2);
        assertThat(lease.ended().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(KeepAlive.State.LOST);
        assertThat(lease.state()).isEqualTo(KeepAlive.State.LOST);
        assertThat(states).containsExactly(KeepAlive.State.LOST);
    }

    @Test
    void aLeaseIsSuspectWhileTheStoreIsAwayAndHeldAgainWhenItComesBack() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 2);
        await().until(() -> renewals(etcd, 1) >= 1);
        etcd.down();
        await().until(() -> lease.state() == KeepAlive.State.SUSPECT);
        assertThat(lease.remaining()).isZero();
        etcd.up();
        await().until(() -> lease.state() == KeepAlive.State.HELD);
        assertThat(lease.lapses()).isOne();
        await().untilAsserted(() -> assertThat(states).containsExactly(KeepAlive.State.SUSPECT, KeepAlive.State.HELD));
    }

    @Test
    void afterAReconnectEachLeaseIsAskedForOnce() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        EtcdClient client = client(etcd.endpoint());
        KeepAlive lease = keepAlive(client, 1, 2);
        await().until(() -> renewals(etcd, 1) >= 1);
        etcd.down();
        await().until(() -> lease.state() == KeepAlive.State.SUSPECT);
        long before = renewals(etcd, 1);
        etcd.up();
        await().until(() -> lease.state() == KeepAlive.State.HELD);
        assertThat(renewals(etcd, 1) - before).isEqualTo(1);
    }

    @Test
    void aListenerThatBlocksDelaysNoOtherRenewal() throws Exception {
        etcd.always(KEEP_ALIVE)
                .answerEach(request -> EtcdMessages.renewed(request.getID(), request.getID() == 1 ? 0 : 2));
        EtcdClient client = client(etcd.endpoint());
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        client.leases().keepAlive(lease(1, 2), (handle, state, header) -> {
            blocked.countDown();
            awaitQuietly(free);
        });
        KeepAlive other = keepAlive(client, 2, 2);
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        long before = renewals(etcd, 2);
        await().until(() -> renewals(etcd, 2) >= before + 4);
        assertThat(other.state()).isEqualTo(KeepAlive.State.HELD);
        free.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closingAHandleEndsItsRenewalsAndTheStreamWithTheLastOfThem() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        KeepAlive lease = keepAlive(client(etcd.endpoint()), 1, 2);
        etcd.awaitRequest(KEEP_ALIVE, request -> true);
        lease.close();
        assertThat(lease.state()).isEqualTo(KeepAlive.State.CLOSED);
        assertThat(lease.ended().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(KeepAlive.State.CLOSED);
        etcd.calls(KEEP_ALIVE).get(0).awaitCancelled();
    }

    @Test
    void closingTheClientClosesItsHandles() {
        etcd.always(KEEP_ALIVE).answerEach(RenewalsTest::renewed);
        EtcdClient client = client(etcd.endpoint());
        KeepAlive lease = keepAlive(client, 1, 3);
        client.close();
        assertThat(lease.ended().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(KeepAlive.State.CLOSED);
    }
}
