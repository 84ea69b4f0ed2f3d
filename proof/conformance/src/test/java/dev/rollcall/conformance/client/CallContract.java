package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.WatchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How every call ends: in time, with a code, over the endpoints there are. */
abstract class CallContract extends ClientContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LATEST = TIMEOUT.plusMillis(500);

    private EtcdClient hasty() {
        EtcdClient hasty = another().callTimeout(TIMEOUT).connect();
        // The store may just have come back from what another test did to it.
        await().atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .until(() -> hasty.kv().get("/connected").isEmpty());
        return hasty;
    }

    private static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Test
    void callsToAFrozenStoreEndInTime() {
        try (EtcdClient hasty = hasty()) {
            etcd().pause();
            assertThat(timed(() -> fails(EtcdError.TIMEOUT, () -> hasty.kv().get("/k"))))
                    .isLessThan(LATEST);
            assertThat(timed(() ->
                            fails(EtcdError.OUTCOME_UNKNOWN, () -> hasty.kv().put("/k", "x"))))
                    .isLessThan(LATEST);
            etcd().resume();
            assertThat(hasty.kv().put("/after", "x").header().revision()).isPositive();
        }
    }

    @Test
    void callsToAStoppedStoreEndInTime() {
        try (EtcdClient hasty = hasty();
                EtcdClient neverConnected = another().callTimeout(TIMEOUT).connect()) {
            etcd().stop();
            for (EtcdClient client : List.of(hasty, neverConnected)) {
                EtcdException[] failure = new EtcdException[1];
                assertThat(timed(() -> failure[0] =
                                fails(EtcdError.UNAVAILABLE, () -> client.kv().get("/k"))))
                        .isLessThan(LATEST);
                assertThat(failure[0]).hasMessageContaining(endpoint()).hasMessageContaining("/k");
                assertThat(timed(() ->
                                fails(EtcdError.UNAVAILABLE, () -> client.kv().put("/k", "x"))))
                        .isLessThan(LATEST);
            }
        }
    }

    @Test
    void aCallWaitsForAStoreThatComesInTime() {
        etcd().stop();
        try (EtcdClient early = another().callTimeout(Duration.ofSeconds(20)).connect()) {
            CompletionStage<GetResult> waiting = early.kv().getAsync(Get.key("/k"));
            etcd().start();
            assertThat(answer(waiting).kvs()).isEmpty();
        }
    }

    @Test
    void callsSucceedSoonAfterARestart() {
        put("/k", "x");
        etcd().restart();
        assertThat(timed(() -> assertThat(kv().get("/k")).isPresent())).isLessThan(Duration.ofSeconds(2));
        etcd().kill();
        etcd().start();
        assertThat(timed(() -> assertThat(kv().get("/k")).isPresent())).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aClosedClientSaysSo() {
        EtcdClient closed = another().connect();
        LeaseGrant grant = grant(60);
        closed.close();
        closed.close();
        fails(EtcdError.CLOSED, () -> closed.kv().get("/k"));
        fails(EtcdError.CLOSED, () -> closed.kv().put("/k", "x"));
        fails(EtcdError.CLOSED, () -> closed.leases().grant(Duration.ofSeconds(5)));
        fails(EtcdError.CLOSED, () -> closed.leases().keepAlive(grant, (lease, state, header) -> {}));
        fails(EtcdError.CLOSED, () -> closed.watches().watch(WatchRequest.of(KeyRange.all()), batch -> {}));
        fails(EtcdError.CLOSED, () -> closed.cluster().status());
        assertThat(closed.kv().getAsync(Get.key("/k"))).failsWithin(Duration.ofSeconds(2));
    }

    @Test
    void closingEndsTheCallsUnderWayAndIsQuick() {
        EtcdClient client = another().callTimeout(Duration.ofSeconds(30)).connect();
        client.kv().get("/connected");
        etcd().pause();
        CompletionStage<GetResult> underWay = client.kv().getAsync(Get.key("/k"));
        assertThat(timed(client::close)).isLessThan(Duration.ofSeconds(3));
        assertThat(underWay.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.CLOSED));
    }

    @Test
    void anEndpointThatRefusesIsPassedOver() throws IOException {
        String refusing;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = "http://127.0.0.1:" + socket.getLocalPort();
        }
        worksBeside(refusing);
    }

    @Test
    void anEndpointThatKeepsSilentIsPassedOver() throws IOException {
        // The operating system accepts the connection; nobody ever reads from it.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            worksBeside("http://127.0.0.1:" + silent.getLocalPort());
        }
    }

    private void worksBeside(String dead) {
        for (int i = 0; i < 4; i++) {
            try (EtcdClient client = EtcdClient.builder(dead + "," + endpoint()).connect()) {
                for (int k = 0; k < 10; k++) {
                    client.kv().put("/k" + k, "x");
                    assertThat(client.kv().get("/k" + k)).isPresent();
                }
                assertThat(client.cluster().endpoints()).containsExactly(dead, endpoint());
            }
        }
    }

    @Test
    void aWaitingThreadCanBeInterrupted() throws InterruptedException {
        etcd().pause();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            started.countDown();
            try {
                fails(EtcdError.INTERRUPTED, () -> kv().get("/k"));
                flag.complete(Thread.currentThread().isInterrupted());
            } catch (AssertionError e) {
                flag.completeExceptionally(e);
            }
        });
        waiting.start();
        started.await();
        await().until(() ->
                waiting.getState() == Thread.State.TIMED_WAITING || waiting.getState() == Thread.State.WAITING);
        waiting.interrupt();
        assertThat(flag).succeedsWithin(Duration.ofSeconds(2)).isEqualTo(true);
    }

    @Test
    void everyCallHasAnAsynchronousTwin() {
        assertThat(answer(kv().putAsync(Put.of("/k", "x"))).previous()).isEmpty();
        assertThat(answer(kv().getAsync(Get.key("/k"))).count()).isEqualTo(1);
        assertThat(answer(kv().listAsync(KeyRange.all())).kvs()).hasSize(1);
        assertThat(answer(kv().txnAsync(Txn.when())).succeeded()).isTrue();
        long revision = answer(kv().deleteAsync(Delete.key("/k"))).header().revision();
        assertThat(answer(kv().compactAsync(revision)).revision()).isEqualTo(revision);
        LeaseId lease = answer(leases().grantAsync(Duration.ofSeconds(60))).id();
        assertThat(answer(leases().listAsync())).contains(lease);
        assertThat(answer(leases().timeToLiveAsync(lease)).alive()).isTrue();
        assertThat(answer(leases().revokeAsync(lease)).revision()).isEqualTo(revision);
        assertThat(answer(client().cluster().membersAsync())).hasSize(1);
        assertThat(answer(client().cluster().statusAsync()).version()).isNotEmpty();
        assertThat(answer(client().cluster().statusAsync(endpoint())).endpoint())
                .isEqualTo(endpoint());
    }

    @Test
    void aTwinFailsWithTheSameException() {
        CompletionStage<EtcdError> code = kv().putAsync(Put.of("/k", "x").under(new LeaseId(4711)))
                .handle((done, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof EtcdException e ? e.code() : EtcdError.INTERNAL;
                });
        assertThat(answer(code)).isEqualTo(EtcdError.LEASE_NOT_FOUND);
    }

    @Test
    void oneClientServesManyThreads() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            String key = "/t/" + t;
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 1; i <= 20; i++) {
                        put(key, Integer.toString(i));
                        assertThat(kv().get(key).orElseThrow().version()).isEqualTo(i);
                    }
                    done.complete(null);
                } catch (RuntimeException | AssertionError e) {
                    done.completeExceptionally(e);
                }
            });
            thread.start();
            threads.add(done);
        }
        threads.forEach(done -> assertThat(done).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(kv().ls("/t/")).hasSize(16).allMatch(kv -> kv.version() == 20);
    }
}
