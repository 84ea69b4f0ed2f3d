package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseOp;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that can be read and cannot be true, as a changed bit makes them. */
class FitTest {

    private static final Get LIST = Get.prefix("/d/");
    private static final RangeResponse TWO =
            EtcdMessages.range(9, EtcdMessages.keyValue("/d/a", "1", 5), EtcdMessages.keyValue("/d/b", "2", 6));
    private static final Put PUT = Put.of("/d/a", "1");
    private static final Txn GUARDED = Txn.when(Compare.modRevision(PUT.key(), Compare.Relation.EQUAL, 5))
            .then(PUT)
            .otherwise(Get.key("/d/a"));

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final EtcdClient client = EtcdClient.builder(etcd.endpoint())
            .callTimeout(Duration.ofSeconds(5))
            .connect();

    @AfterEach
    void close() {
        client.close();
        etcd.close();
    }

    private EtcdError read(Get get, RangeResponse answer) {
        etcd.next(KVGrpc.getRangeMethod()).reply(answer);
        return codeOf(() -> client.kv().get(get));
    }

    private EtcdError transact(Txn txn, TxnResponse answer) {
        etcd.next(KVGrpc.getTxnMethod()).reply(answer);
        return codeOf(() -> client.kv().txn(txn));
    }

    private static EtcdError codeOf(Runnable call) {
        EtcdException refusal = catchThrowableOfType(EtcdException.class, call::run);
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal).hasMessageContaining("does not fit the question");
        return refusal.code();
    }

    private static TxnResponse.Builder answered(boolean succeeded, ResponseOp... parts) {
        TxnResponse.Builder answer =
                TxnResponse.newBuilder().setHeader(EtcdMessages.header(9)).setSucceeded(succeeded);
        for (ResponseOp part : parts) {
            answer.addResponses(part);
        }
        return answer;
    }

    private static ResponseOp wrote() {
        return ResponseOp.newBuilder()
                .setResponsePut(PutResponse.getDefaultInstance())
                .build();
    }

    private static ResponseOp found() {
        return ResponseOp.newBuilder()
                .setResponseRange(RangeResponse.getDefaultInstance())
                .build();
    }

    @Test
    void whatFitsPasses() {
        etcd.next(KVGrpc.getRangeMethod()).reply(TWO);
        assertThat(client.kv().get(LIST).kvs()).hasSize(2);
        etcd.next(KVGrpc.getRangeMethod())
                .reply(TWO.toBuilder().setCount(5).setMore(true).build());
        assertThat(client.kv().get(LIST.limit(2)).more()).isTrue();
        etcd.next(KVGrpc.getRangeMethod()).reply(TWO.toBuilder().setCount(5).build());
        assertThat(client.kv().get(LIST.modifiedBetween(5, 0)).count()).isEqualTo(5);
        etcd.next(KVGrpc.getTxnMethod()).reply(answered(true, wrote()).build());
        assertThat(client.kv().txn(GUARDED).succeeded()).isTrue();
        etcd.next(KVGrpc.getTxnMethod()).reply(answered(false, found()).build());
        assertThat(client.kv().txn(GUARDED).succeeded()).isFalse();
    }

    @Test
    void aReadThatCannotBeTrueIsRefused() {
        assertThat(read(LIST, TWO.toBuilder().setCount(5).build())).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST.limit(2), TWO.toBuilder().setMore(true).build())).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST, TWO.toBuilder().setCount(-2).build())).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST, TWO.toBuilder().clearHeader().build())).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST, TWO.toBuilder().setHeader(EtcdMessages.header(-9)).build()))
                .isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST, TWO.toBuilder().setKvs(0, TWO.getKvs(1)).build())).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(Get.key("/d/a"), EtcdMessages.range(9, TWO.getKvs(1)))).isEqualTo(EtcdError.INTERNAL);
        assertThat(read(LIST, EtcdMessages.range(4, TWO.getKvs(0)))).isEqualTo(EtcdError.INTERNAL);
    }

    @Test
    void aListOfPagesThatCannotBeTrueEnds() {
        etcd.next(KVGrpc.getRangeMethod())
                .reply(EtcdMessages.range(9).toBuilder().setMore(true).build());
        assertThat(codeOf(() -> client.kv().ls("/d/"))).isEqualTo(EtcdError.INTERNAL);
    }

    @Test
    void aTransactionOfAnotherShapeHasAnUnknownOutcome() {
        assertThat(transact(GUARDED, answered(true, found()).build())).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        assertThat(transact(GUARDED, answered(false, wrote()).build())).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        assertThat(transact(GUARDED, answered(true).build())).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        assertThat(transact(
                        GUARDED, answered(true, ResponseOp.getDefaultInstance()).build()))
                .isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        assertThat(transact(GUARDED, answered(true, wrote()).clearHeader().build()))
                .isEqualTo(EtcdError.OUTCOME_UNKNOWN);
        Txn unguarded = new Txn(List.of(), List.of(PUT), List.of());
        assertThat(transact(unguarded, answered(false).build())).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
    }

    @Test
    void aPutWithoutARevisionHasAnUnknownOutcome() {
        etcd.next(KVGrpc.getPutMethod()).reply(PutResponse.getDefaultInstance());
        assertThat(codeOf(() -> client.kv().put(PUT))).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
    }

    @Test
    void aDeletionOfLessThanNothingHasAnUnknownOutcome() {
        etcd.next(KVGrpc.getDeleteRangeMethod())
                .reply(DeleteRangeResponse.newBuilder()
                        .setHeader(EtcdMessages.header(9))
                        .setDeleted(-1)
                        .build());
        assertThat(codeOf(() -> client.kv().delete(Delete.key("/d/a")))).isEqualTo(EtcdError.OUTCOME_UNKNOWN);
    }

    private EtcdError grant(long id, long seconds) {
        etcd.next(LeaseGrpc.getLeaseGrantMethod())
                .reply(LeaseGrantResponse.newBuilder()
                        .setHeader(EtcdMessages.header(9))
                        .setID(id)
                        .setTTL(seconds)
                        .build());
        return codeOf(() -> client.leases().grant(Duration.ofSeconds(3)));
    }

    @Test
    void aLeaseThatCannotBeTheOneAskedForIsRefused() {
        assertThat(grant(0, 3)).isEqualTo(EtcdError.INTERNAL);
        assertThat(grant(7, 0)).isEqualTo(EtcdError.INTERNAL);
        assertThat(grant(7, -3)).isEqualTo(EtcdError.INTERNAL);
        assertThat(grant(7, 1L << 40)).isEqualTo(EtcdError.INTERNAL);
    }

    private EtcdError timeToLive(long id, long left, long granted) {
        etcd.next(LeaseGrpc.getLeaseTimeToLiveMethod())
                .reply(LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(EtcdMessages.header(9))
                        .setID(id)
                        .setTTL(left)
                        .setGrantedTTL(granted)
                        .build());
        return codeOf(() -> client.leases().timeToLive(new LeaseId(7)));
    }

    @Test
    void aLeaseOfWhichSomethingImpossibleIsSaidIsNotTakenForGone() {
        assertThat(timeToLive(8, 2, 3)).isEqualTo(EtcdError.INTERNAL);
        assertThat(timeToLive(7, 2, 0)).isEqualTo(EtcdError.INTERNAL);
        etcd.next(LeaseGrpc.getLeaseTimeToLiveMethod())
                .reply(LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(EtcdMessages.header(9))
                        .setID(7)
                        .setTTL(-1)
                        .build());
        assertThatCode(() -> assertThat(
                                client.leases().timeToLive(new LeaseId(7)).alive())
                        .isFalse())
                .doesNotThrowAnyException();
    }
}
