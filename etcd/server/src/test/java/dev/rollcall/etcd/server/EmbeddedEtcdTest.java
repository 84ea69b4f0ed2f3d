package dev.rollcall.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.MemberListResponse;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EmbeddedEtcdTest {

    @Test
    void startsOnAFreePortWithOneLine() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            assertThat(etcd.endpoint()).isEqualTo("http://127.0.0.1:" + etcd.port());
            assertThat(client.put("a", "1").getHeader().getRevision()).isEqualTo(2);
            assertThat(client.get("a").getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
        }
    }

    @Test
    void hasTheIdsOfAPlainEtcdWhenGivenItsToken() {
        try (EmbeddedEtcd etcd =
                        EmbeddedEtcd.builder().clusterToken("etcd-cluster").start();
                RawClient client = new RawClient(etcd)) {
            assertThat(Long.toHexString(etcd.memberId())).isEqualTo("8e9e05c52164694d");
            assertThat(Long.toHexString(etcd.clusterId())).isEqualTo("cdf818194e3a8c32");
            assertThat(client.get("a").getHeader().getMemberId()).isEqualTo(etcd.memberId());
            assertThat(client.get("a").getHeader().getClusterId()).isEqualTo(etcd.clusterId());
            assertThat(client.get("a").getHeader().getRaftTerm()).isEqualTo(2);
        }
    }

    @Test
    void keepsItsDataOverARestartInANewTerm() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            client.put("a", "1");
            long cluster = etcd.clusterId();
            int port = etcd.port();
            etcd.stop();
            assertThat(etcd.isRunning()).isFalse();
            etcd.restart();
            client.reconnect();

            assertThat(etcd.port()).isEqualTo(port);
            assertThat(etcd.clusterId()).isEqualTo(cluster);
            StatusResponse status = client.maintenance().status(StatusRequest.getDefaultInstance());
            assertThat(status.getRaftTerm()).isEqualTo(3);
            assertThat(status.getHeader().getRaftTerm()).isEqualTo(3);
            assertThat(client.get("a").getCount()).isEqualTo(1);
        }
    }

    @Test
    void isANewClusterAfterAWipe() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            client.put("a", "1");
            long cluster = etcd.clusterId();
            assertThatThrownBy(etcd::wipe)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("stop()");
            etcd.stop();
            etcd.wipe();
            etcd.restart();
            client.reconnect();

            assertThat(etcd.clusterId()).isNotEqualTo(cluster);
            assertThat(etcd.revision()).isEqualTo(1);
            assertThat(client.kv()
                            .range(RangeRequest.newBuilder()
                                    .setKey(RawClient.bytes("a"))
                                    .build())
                            .getHeader()
                            .getRaftTerm())
                    .isEqualTo(2);
            assertThat(client.get("a").getCount()).isZero();
        }
    }

    @Test
    void leasesHaveTheirFullTimeAndASecondAfterARestart() {
        AtomicLong now = new AtomicLong();
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().clock(now::get).start();
                RawClient client = new RawClient(etcd)) {
            client.lease()
                    .leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(7).setTTL(10).build());
            now.addAndGet(TimeUnit.SECONDS.toNanos(9));
            etcd.stop();
            now.addAndGet(TimeUnit.SECONDS.toNanos(100));
            etcd.restart();
            client.reconnect();
            assertThat(client.lease()
                            .leaseTimeToLive(
                                    LeaseTimeToLiveRequest.newBuilder().setID(7).build())
                            .getTTL())
                    .isEqualTo(11);
            assertThat(etcd.liveLeases()).isEqualTo(1);
            now.addAndGet(TimeUnit.SECONDS.toNanos(11));
            await().atMost(Duration.ofSeconds(5)).until(() -> etcd.liveLeases() == 0);
        }
    }

    @Test
    void whatIsAnsweredIsCounted() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            for (int i = 1; i <= 500; i++) {
                client.lease()
                        .leaseGrant(LeaseGrantRequest.newBuilder()
                                .setID(i)
                                .setTTL(600)
                                .build());
                assertThat(etcd.liveLeases()).isEqualTo(i);
            }
            etcd.stop();
            etcd.restart();
            assertThat(etcd.liveLeases()).isEqualTo(500);
        }
    }

    @Test
    void openStreamsEndUnavailableAndNoThreadIsLeft() {
        EmbeddedEtcd etcd = EmbeddedEtcd.builder().httpPort(0).start();
        try (RawClient client = new RawClient(etcd)) {
            Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 0);
            assertThat(watch.next().getCreated()).isTrue();
            assertThat(etcd.connections()).isEqualTo(1);
            await().atMost(Duration.ofSeconds(5)).until(() -> etcd.openWatches() == 1);
            etcd.close();
            assertThat(watch.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(threads()).isEmpty();
            assertThat(etcd.connections()).isZero();
            etcd.close();
        }
    }

    @Test
    void aPausedServerAnswersNothingUntilItIsResumed() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            client.put("a", "1");
            etcd.pause();
            assertThatThrownBy(() -> client.kv()
                            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                            .range(RangeRequest.newBuilder()
                                    .setKey(RawClient.bytes("a"))
                                    .build()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
            etcd.resume();
            assertThat(client.get("a").getCount()).isEqualTo(1);
        }
    }

    @Test
    void leasesOutliveAPauseLongerThanThey() throws InterruptedException {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start();
                RawClient client = new RawClient(etcd)) {
            client.lease()
                    .leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(7).setTTL(2).build());
            etcd.pause();
            // The halt itself is the input: it has to last longer than the lease.
            new java.util.concurrent.CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS);
            etcd.resume();
            assertThat(client.lease()
                            .leaseTimeToLive(
                                    LeaseTimeToLiveRequest.newBuilder().setID(7).build())
                            .getTTL())
                    .isEqualTo(1);
            await().atMost(Duration.ofSeconds(5)).until(() -> etcd.liveLeases() == 0);
        }
    }

    @Test
    void aPausedServerCanBeStopped() {
        EmbeddedEtcd etcd = EmbeddedEtcd.start();
        etcd.pause();
        etcd.close();
        assertThat(threads()).isEmpty();
    }

    @Test
    void advertisesWhereItListens() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().name("one").start();
                RawClient client = new RawClient(etcd)) {
            MemberListResponse list = client.cluster()
                    .memberList(
                            MemberListRequest.newBuilder().setLinearizable(true).build());
            assertThat(list.getHeader().getRevision()).isZero();
            assertThat(list.getHeader().getMemberId()).isEqualTo(etcd.memberId());
            Member member = list.getMembers(0);
            assertThat(member.getID()).isEqualTo(etcd.memberId());
            assertThat(member.getName()).isEqualTo("one");
            assertThat(member.getClientURLsList()).containsExactly(etcd.endpoint());
            assertThat(member.getPeerURLsList()).containsExactly("http://localhost:2380");
        }
    }

    @Test
    void listensBeyondLoopbackOnlyWhenToldThatThisIsInsecure() {
        assertThatThrownBy(() -> EmbeddedEtcd.builder().host("0.0.0.0").start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("insecure()");
        try (EmbeddedEtcd etcd =
                EmbeddedEtcd.builder().host("0.0.0.0").insecure().start()) {
            assertThat(etcd.endpoint()).doesNotContain("0.0.0.0");
        }
    }

    @Test
    void aTakenPortIsAClearError() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.start()) {
            assertThatThrownBy(() -> EmbeddedEtcd.builder().port(etcd.port()).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + etcd.port())
                    .hasMessageContaining("choose another port");
        }
        assertThat(threads()).isEmpty();
    }

    @Test
    void itsOwnPortsAreWaitedForWhileAChildHoldsACopyOfThem() throws Exception {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().httpPort(0).start()) {
            int pages = URI.create(etcd.httpEndpoint().orElseThrow()).getPort();
            comesBackOnceItIsFree(etcd, etcd.port());
            comesBackOnceItIsFree(etcd, pages);
        }
    }

    private static void comesBackOnceItIsFree(EmbeddedEtcd etcd, int port) throws IOException {
        etcd.stop();
        ServerSocket copy = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        FutureTask<Void> restarted = new FutureTask<>(etcd::restart, null);
        Thread restarting = new Thread(restarted, "restarting");
        restarting.start();
        await().until(() -> restarting.getState() == Thread.State.TIMED_WAITING);

        copy.close();

        assertThat(restarted).succeedsWithin(Duration.ofSeconds(10));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("rollcall-"))
                .toList();
    }

    @Test
    void transactionsAreAsLargeAsTheyMayBe() {
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().maxTxnOps(2).start();
                RawClient client = new RawClient(etcd)) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (String key : List.of("a", "b")) {
                txn.addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(RawClient.bytes(key))));
            }
            assertThat(client.kv().txn(txn.build()).getSucceeded()).isTrue();
            TxnRequest larger = txn.addSuccess(txn.getSuccess(0)).build();
            assertThatThrownBy(() -> client.kv().txn(larger))
                    .hasMessage("INVALID_ARGUMENT: etcdserver: too many operations in txn request");
        }
    }
}
