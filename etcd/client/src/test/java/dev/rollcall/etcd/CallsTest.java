package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedCall;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import io.grpc.Status;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
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

class CallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RangeResponse FOUND = EtcdMessages.range(7, EtcdMessages.keyValue("/a", "1", 5));

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(etcd));

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private EtcdClient client(EtcdClientBuilder builder) {
        EtcdClient client = builder.connect();
        opened.add(client);
        return client;
    }

    private EtcdClient client() {
        return client(EtcdClient.builder(etcd.endpoint()).callTimeout(Duration.ofSeconds(2)));
    }

    private static EtcdError codeOf(Runnable call) {
        return catchThrowableOfType(EtcdException.class, call::run).code();
    }

    @Test
    void aKeyIsRead() {
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        GetResult result = client().kv().get(Get.key("/a"));
        assertThat(result.header().revision()).isEqualTo(7);
        assertThat(result.first().orElseThrow().value().utf8()).isEqualTo("1");
    }

    @Test
    void aReadThatTheMemberCouldNotAnswerIsAskedAgain() {
        etcd.next(KVGrpc.getRangeMethod())
                .await()
                .fail(Status.UNAVAILABLE.withDescription("etcdserver: leader changed"));
        etcd.next(KVGrpc.getRangeMethod()).reply(FOUND);
        assertThat(client().kv().get("/a")).isPresent();
        assertThat(etcd.requests(KVGrpc.getRangeMethod())).hasSize(2);
    }

    @Test
    void aWriteThatMayHaveBeenDoneIsSentOnceAndItsOutcomeIsUnknown() {
        etcd.always(KVGrpc.getPutMethod()).await().breakConnections();
        EtcdClient client = client();
        assertThatThrownBy(() -> client.kv().put("/a", "1"))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.OUTCOME_UNKNOWN))
                .hasMessageContaining("put of /a")
                .hasMessageContaining("read before you write again");
        assertThat(etcd.requests(KVGrpc.getPutMethod())).hasSize(1);
    }

    @Test
    void aWriteThatTheMemberRefusedForWantOfALeaderIsSentAgain() {
        etcd.next(KVGrpc.getPutMethod()).await().fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        etcd.next(KVGrpc.getPutMethod())
                .reply(PutResponse.newBuilder()
                        .setHeader(EtcdMessages.header(8))
                        .build());
        assertThat(client().kv().put("/a", "1").header().revision()).isEqualTo(8);
    }

    @Test
    void aSilentMemberEndsAReadWithATimeoutAndAWriteWithAnUnknownOutcome() {
        etcd.always(KVGrpc.getRangeMethod()).await();
        etcd.always(KVGrpc.getPutMethod()).await();
        Kv kv = client(EtcdClient.builder(etcd.endpoint()).callTimeout(Duration.ofMillis(500)))
                .kv();
        assertThat(codeOf(() -> kv.get("/a"))).isEqualTo(EtcdError.TIMEOUT);
        assertThat(codeOf(() -> kv.put("/a", "1"))).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
    }

    @Test
    void aReadGoesToAnotherMemberWhenTheFirstIsSilent() {
        try (ScriptedEtcd other = ScriptedEtcd.start()) {
            etcd.always(KVGrpc.getRangeMethod()).await();
            other.always(KVGrpc.getRangeMethod()).reply(FOUND);
            EtcdClient client = client(EtcdClient.builder(etcd.endpoint(), other.endpoint()));
            assertThat(client.kv().get("/a")).isPresent();
        }
    }

    @Test
    void aStoreThatIsAwayEndsACallInTimeAndSaysWhichEndpointsWereTried() {
        etcd.down();
        Kv kv = client(EtcdClient.builder(etcd.endpoint()).callTimeout(Duration.ofMillis(700)))
                .kv();
        assertThatThrownBy(() -> kv.put("/a", "1"))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.UNAVAILABLE))
                .hasMessageContaining(etcd.endpoint());
    }

    @Test
    void aCallWaitsForAStoreThatComesBackInTime() throws Exception {
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        etcd.down();
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint()).callTimeout(PATIENCE));
        CompletableFuture<GetResult> call = client.kv().getAsync(Get.key("/a")).toCompletableFuture();
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(etcd::up);
        assertThat(call.get(10, TimeUnit.SECONDS).kvs()).hasSize(1);
    }

    @Test
    void anOldServerIsRefusedByItsVersion() {
        etcd.always(MaintenanceGrpc.getStatusMethod()).reply(EtcdMessages.status("3.3.27", 1));
        EtcdClient client = client();
        assertThatThrownBy(() -> client.kv().get("/a"))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.UNSUPPORTED_SERVER))
                .hasMessageContaining("3.3.27")
                .hasMessageContaining("3.4");
    }

    @Test
    void aListIsReadInPagesAtTheRevisionOfTheFirst() {
        etcd.always(KVGrpc.getRangeMethod()).reply(request -> page(request, 350));
        GetResult all = client().kv().list(KeyRange.prefix("/p/"));
        assertThat(all.kvs()).hasSize(350).doesNotHaveDuplicates();
        assertThat(all.header().revision()).isEqualTo(1000);
        List<RangeRequest> requests = etcd.requests(KVGrpc.getRangeMethod());
        assertThat(requests).hasSizeGreaterThan(1);
        assertThat(requests.get(0).getRevision()).isZero();
        assertThat(requests.subList(1, requests.size()))
                .allSatisfy(request -> assertThat(request.getRevision()).isEqualTo(1000));
    }

    @Test
    void aListBeginsAgainWhenItsRevisionIsCompactedAway() {
        etcd.next(KVGrpc.getRangeMethod()).reply(request -> page(request, 350));
        etcd.next(KVGrpc.getRangeMethod())
                .await()
                .fail(Status.OUT_OF_RANGE.withDescription("etcdserver: mvcc: required revision has been compacted"));
        etcd.always(KVGrpc.getRangeMethod()).reply(request -> page(request, 120));
        assertThat(client().kv().ls("/p/")).hasSize(120).doesNotHaveDuplicates();
    }

    /** Keys /p/1000 to /p/1000+total, as a store at revision 1000 would return them. */
    private static RangeResponse page(RangeRequest request, int total) {
        RangeResponse.Builder answer = RangeResponse.newBuilder().setHeader(EtcdMessages.header(1000));
        int more = 0;
        for (int i = 0; i < total; i++) {
            KeyValue kv = EtcdMessages.keyValue("/p/" + (1000 + i), "v", 5 + i);
            if (ByteString.unsignedLexicographicalComparator().compare(kv.getKey(), request.getKey()) < 0) {
                continue;
            }
            if (answer.getKvsCount() < request.getLimit()) {
                answer.addKvs(kv);
            } else {
                more++;
            }
        }
        return answer.setMore(more > 0).setCount(answer.getKvsCount() + more).build();
    }

    @Test
    void manyCallsWithAnOldTokenCauseOneLogin() {
        etcd.next(AuthGrpc.getAuthenticateMethod())
                .reply(AuthenticateResponse.newBuilder().setToken("canary-old").build());
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .reply(AuthenticateResponse.newBuilder().setToken("canary-good").build());
        EtcdClient client =
                client(EtcdClient.builder(etcd.endpoint()).credentials(Credentials.of("u", "canary-right")));
        etcd.next(KVGrpc.getRangeMethod()).reply(FOUND);
        client.kv().get("/a");
        for (int i = 0; i < 20; i++) {
            etcd.next(KVGrpc.getRangeMethod()).await();
        }
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        List<CompletableFuture<GetResult>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(client.kv().getAsync(Get.key("/a")).toCompletableFuture());
        }
        etcd.awaitCall(KVGrpc.getRangeMethod(), 21);
        Status refusal = Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
        etcd.calls(KVGrpc.getRangeMethod()).forEach(call -> call.fail(refusal));
        assertThat(calls).allSatisfy(call -> assertThat(call).succeedsWithin(PATIENCE));
        assertThat(etcd.requests(AuthGrpc.getAuthenticateMethod())).hasSize(2);
        assertThat(etcd.calls(KVGrpc.getRangeMethod()).subList(21, 41))
                .allSatisfy(call -> assertThat(call.header("token")).isEqualTo("canary-good"));
    }

    @Test
    void aTokenThatTheRestartedStoreDoesNotKnowIsRenewedHoweverOftenTheCallFailedBefore() {
        etcd.next(AuthGrpc.getAuthenticateMethod())
                .reply(AuthenticateResponse.newBuilder().setToken("canary-old").build());
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .reply(AuthenticateResponse.newBuilder().setToken("canary-good").build());
        for (int i = 0; i < 4; i++) {
            etcd.next(KVGrpc.getRangeMethod())
                    .await()
                    .fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        }
        etcd.next(KVGrpc.getRangeMethod())
                .await()
                .fail(Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint())
                .callTimeout(PATIENCE)
                .credentials(Credentials.of("u", "canary-right")));
        assertThat(client.kv().get("/a")).isPresent();
        assertThat(etcd.calls(KVGrpc.getRangeMethod()).get(5).header("token")).isEqualTo("canary-good");
    }

    @Test
    void aWrongPasswordIsToldWithoutBeingShown() {
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .await()
                .fail(Status.INVALID_ARGUMENT.withDescription(
                        "etcdserver: authentication failed, invalid user ID or password"));
        EtcdClient client =
                client(EtcdClient.builder(etcd.endpoint()).credentials(Credentials.of("u", "canary-wrong")));
        assertThatThrownBy(() -> client.kv().get("/a"))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.UNAUTHENTICATED))
                .hasMessageContaining("get of /a")
                .hasMessageNotContaining("canary-wrong");
    }

    @Test
    void credentialsForAStoreWithoutAuthenticationAreNotUsed() {
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .await()
                .fail(Status.FAILED_PRECONDITION.withDescription("etcdserver: authentication is not enabled"));
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        EtcdClient client =
                client(EtcdClient.builder(etcd.endpoint()).credentials(Credentials.of("u", "canary-right")));
        assertThat(client.kv().get("/a")).isPresent();
        assertThat(etcd.calls(KVGrpc.getRangeMethod()).get(0).header("token")).isNull();
    }

    @Test
    void callsWantAMemberWithALeaderUnlessAnyStateWillDo() {
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        Kv kv = client().kv();
        kv.get(Get.key("/a"));
        kv.get(Get.key("/a").asSerializable());
        assertThat(etcd.calls(KVGrpc.getRangeMethod()).get(0).header("hasleader"))
                .isEqualTo("true");
        assertThat(etcd.calls(KVGrpc.getRangeMethod()).get(1).header("hasleader"))
                .isNull();
    }

    @Test
    void anEndpointThatIsAwayIsTriedOnceASecondAtMost() throws Exception {
        try (ServerSocket refusing = new ServerSocket(0)) {
            List<Socket> accepted = new CopyOnWriteArrayList<>();
            Thread acceptor = new Thread(() -> closeAllWhoCome(refusing, accepted), "test-acceptor");
            acceptor.start();
            EtcdClient client = client(
                    EtcdClient.builder("127.0.0.1:" + refusing.getLocalPort()).callTimeout(Duration.ofMillis(2500)));
            assertThat(codeOf(() -> client.kv().get("/a"))).isEqualTo(EtcdError.UNAVAILABLE);
            assertThat(accepted).hasSizeBetween(2, 3);
        }
    }

    private static void closeAllWhoCome(ServerSocket server, List<Socket> accepted) {
        try {
            while (true) {
                Socket socket = server.accept();
                accepted.add(socket);
                socket.close();
            }
        } catch (IOException e) {
            // The test closed the server.
        }
    }

    @Test
    void aServerThatAcceptsAndSaysNothingDoesNotHoldACallBeyondItsTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            EtcdClient client = client(
                    EtcdClient.builder("127.0.0.1:" + silent.getLocalPort()).callTimeout(Duration.ofMillis(800)));
            long before = System.nanoTime();
            assertThat(codeOf(() -> client.kv().get("/a"))).isEqualTo(EtcdError.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void closingEndsRunningCallsAndRefusesNewOnes() {
        etcd.always(KVGrpc.getRangeMethod()).await();
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint()).callTimeout(PATIENCE));
        CompletableFuture<GetResult> running =
                client.kv().getAsync(Get.key("/a")).toCompletableFuture();
        etcd.awaitRequest(KVGrpc.getRangeMethod(), request -> true);
        client.close();
        client.close();
        assertThat(running)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.CLOSED));
        assertThat(codeOf(() -> client.kv().get("/a"))).isEqualTo(EtcdError.CLOSED);
        Waiting.until(() -> clientThreads().isEmpty(), "no thread of a client is left");
    }

    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.matches("rollcall-etcd-(client|callback|lookup)-.*"))
                .toList();
    }

    @Test
    void aStageOfAClosedClientFails() {
        EtcdClient client = client();
        client.close();
        assertThat(client.kv().getAsync(Get.key("/a"))).failsWithin(PATIENCE);
    }

    @Test
    void stagesCompleteOnTheCallbackExecutor() {
        etcd.always(KVGrpc.getRangeMethod()).reply(FOUND);
        CompletableFuture<String> thread = client().kv()
                .getAsync(Get.key("/a"))
                .thenApply(found -> Thread.currentThread().getName())
                .toCompletableFuture();
        assertThat(thread).succeedsWithin(PATIENCE).asString().doesNotStartWith("rollcall-etcd-client");
    }

    @Test
    void aWriteThatIsRefusedOnceAndThenUnansweredHasAnUnknownOutcome() {
        AtomicLong clock = new AtomicLong();
        etcd.always(KVGrpc.getPutMethod()).await();
        EtcdClient client =
                client(EtcdClient.builder(etcd.endpoint()).clock(clock::get).callTimeout(Duration.ofMillis(500)));
        CompletableFuture<PutResult> put =
                client.kv().putAsync(Put.of("/a", "1")).toCompletableFuture();
        ScriptedCall<?, ?> first = etcd.awaitCall(KVGrpc.getPutMethod(), 1);
        // So that gRPC's own deadline of the second attempt is far away when the call's time is up.
        clock.set(-TimeUnit.SECONDS.toNanos(5));
        first.fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        assertThat(put)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.OUTCOME_UNKNOWN));
    }

    /** A client whose loop stands still, since its user runs callbacks on it, until the latch is released; and the loop's thread. */
    private Thread stop(EtcdClient client, CountDownLatch release) {
        etcd.next(KVGrpc.getRangeMethod()).await();
        CompletableFuture<Thread> stopped = new CompletableFuture<>();
        client.kv().getAsync(Get.key("/a")).whenComplete((found, failure) -> {
            stopped.complete(Thread.currentThread());
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ScriptedCall<RangeRequest, RangeResponse> read = etcd.awaitCall(KVGrpc.getRangeMethod(), 1);
        read.send(FOUND);
        read.complete();
        return stopped.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void aWriteThatTheClientDidNotGetToHasAnUnknownOutcomeAndAReadATimeout() {
        CountDownLatch release = new CountDownLatch(1);
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint())
                .callbackExecutor(Runnable::run)
                .callTimeout(Duration.ofMillis(500)));
        stop(client, release);
        assertThat(codeOf(() -> client.kv().put("/a", "1"))).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        assertThat(codeOf(() -> client.kv().get("/a"))).isEqualTo(EtcdError.TIMEOUT);
        release.countDown();
    }

    @Test
    void anInterruptedCloseLeavesNoThread() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint()).callbackExecutor(Runnable::run));
        Thread loop = stop(client, release);
        Thread closing = new Thread(client::close);
        closing.start();
        Waiting.until(() -> closing.getState() == Thread.State.TIMED_WAITING, "the close waits");
        closing.interrupt();
        closing.join(20_000);
        release.countDown();
        Waiting.until(() -> !loop.isAlive(), "the client's thread ends");
    }

    @Test
    void aSupplierOfCredentialsThatBlocksDelaysNobodyElse() {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> asked = new CompletableFuture<>();
        EtcdClient client = client(EtcdClient.builder(etcd.endpoint())
                .callTimeout(Duration.ofMillis(500))
                .credentials(() -> {
                    asked.complete(Thread.currentThread());
                    try {
                        release.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Credentials.of("root", "canary-late");
                }));
        assertThat(codeOf(() -> client.kv().get("/a"))).isEqualTo(EtcdError.TIMEOUT);
        assertThat(asked.join().getName()).doesNotContain("client");
        release.countDown();
    }
}
