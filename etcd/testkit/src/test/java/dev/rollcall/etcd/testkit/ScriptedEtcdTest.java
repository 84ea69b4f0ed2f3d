package dev.rollcall.etcd.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.WatchCancelRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchRequest;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedEtcdTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final RawClient client = new RawClient(List.of(etcd.endpoint()), InsecureChannelCredentials.create());

    @AfterEach
    void close() {
        client.close();
        etcd.close();
    }

    @Test
    void aStreamPlaysItsScriptAndTheNextCallTheNextOne() {
        etcd.next(WatchGrpc.getWatchMethod())
                .await(WatchRequest::hasCreateRequest)
                .send(EtcdMessages.created(7, 1000))
                .fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        etcd.next(WatchGrpc.getWatchMethod())
                .await(r -> r.getCreateRequest().getStartRevision() == 11)
                .answer(r -> EtcdMessages.created(r.getCreateRequest().getStartRevision(), 1000))
                .complete();

        client.watch("k", 10);
        await(() -> client.watchEnd != null);
        assertThat(client.watched).containsExactly(EtcdMessages.created(7, 1000));
        assertThat(client.watchEnd).hasMessage("UNAVAILABLE: etcdserver: no leader");

        client.watch("k", 11);
        await(() -> client.watched.size() == 2);
        assertThat(client.watched).contains(EtcdMessages.created(11, 1000));
        assertThat(etcd.requests(WatchGrpc.getWatchMethod()))
                .extracting(r -> r.getCreateRequest().getStartRevision())
                .containsExactly(10L, 11L);
        assertThat(etcd.connections()).isEqualTo(1);
    }

    @Test
    void aRequestThatTheScriptDoesNotAwaitIsRecordedAndPassedOver() {
        etcd.next(WatchGrpc.getWatchMethod())
                .await(WatchRequest::hasCancelRequest)
                .complete();
        StreamObserver<WatchRequest> requests = client.watch("k", 1);
        etcd.awaitRequest(WatchGrpc.getWatchMethod(), WatchRequest::hasCreateRequest);
        assertThat(client.watchEnd).isNull();
        requests.onNext(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.getDefaultInstance())
                .build());
        await(() -> client.watchEnd != null);
        assertThat(client.watchEnd).hasMessage("completed");
    }

    @Test
    void aUnaryCallIsRepliedToEveryTimeByAStandingScript() {
        etcd.always(KVGrpc.getRangeMethod())
                .reply(q ->
                        EtcdMessages.range(5, EtcdMessages.keyValue(q.getKey().toStringUtf8(), "v", 4)));
        assertThat(client.get("a")).isEqualTo("v");
        assertThat(client.get("b")).isEqualTo("v");
        assertThat(etcd.calls(KVGrpc.getRangeMethod())).hasSize(2);
    }

    @Test
    void aCallWithoutAScriptIsRefusedByItsName() {
        assertThatThrownBy(() -> client.get("a")).hasMessageContaining("no script for etcdserverpb.KV/Range");
    }

    @Test
    void anEmptyScriptStaysSilentUntilTheTestSpeaks() {
        etcd.always(LeaseGrpc.getLeaseKeepAliveMethod());
        List<LeaseKeepAliveResponse> answers = new CopyOnWriteArrayList<>();
        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(client.channel()).leaseKeepAlive(recording(answers));
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(3).build());
        ScriptedCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
                etcd.awaitCall(LeaseGrpc.getLeaseKeepAliveMethod(), 1);
        assertThat(answers).isEmpty();
        call.send(EtcdMessages.renewed(3, 10));
        await(() -> answers.size() == 1);
        requests.onCompleted();
        await(call::halfClosed);
        client.close();
        call.awaitCancelled();
    }

    @Test
    void everyRequestOfAStreamCanBeAnswered() {
        etcd.always(LeaseGrpc.getLeaseKeepAliveMethod()).answerEach(q -> EtcdMessages.renewed(q.getID(), 3));
        List<LeaseKeepAliveResponse> answers = new CopyOnWriteArrayList<>();
        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(client.channel()).leaseKeepAlive(recording(answers));
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(3).build());
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(4).build());
        await(() -> answers.size() == 2);
        assertThat(answers).extracting(LeaseKeepAliveResponse::getID).containsExactly(3L, 4L);
    }

    @Test
    void whatGoesDownBreaksConnectionsAndComesBackAtTheSameAddress() {
        etcd.always(WatchGrpc.getWatchMethod()).await().answer(q -> EtcdMessages.created(0, 1));
        client.watch("k", 1);
        await(() -> client.watched.size() == 1);
        etcd.down();
        await(() -> client.watchEnd != null);
        assertThat(Status.fromThrowable(client.watchEnd).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        etcd.calls(WatchGrpc.getWatchMethod()).get(0).awaitCancelled();
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(5));
        assertThatThrownBy(() -> client.kv(200).range(RawClient.rangeOf("k")))
                .isInstanceOf(StatusRuntimeException.class);
        etcd.up();
        client.channel().resetConnectBackoff();
        assertThat(client.get("a")).isNull();
        assertThat(etcd.connections()).isEqualTo(2);
    }

    @Test
    void aScriptCanBreakTheConnectionAndTheClientMayComeBackAtOnce() {
        etcd.next(WatchGrpc.getWatchMethod())
                .await()
                .send(EtcdMessages.created(0, 1))
                .breakConnections();
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(5));
        client.watch("k", 1);
        await(() -> client.watchEnd != null);
        assertThat(Status.fromThrowable(client.watchEnd).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(client.get("a")).isNull();
    }

    @Test
    void headersOfACallAreSeen() {
        etcd.always(WatchGrpc.getWatchMethod());
        client.watch("k", 1);
        assertThat(etcd.awaitCall(WatchGrpc.getWatchMethod(), 1).header("hasleader"))
                .isNull();
        assertThat(etcd.awaitCall(WatchGrpc.getWatchMethod(), 1).header("user-agent"))
                .startsWith("grpc-java");
    }

    private static void await(BooleanSupplier condition) {
        assertThat(Await.until(SOON, condition)).isTrue();
    }

    private static <A> StreamObserver<A> recording(List<A> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(A answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }
}
