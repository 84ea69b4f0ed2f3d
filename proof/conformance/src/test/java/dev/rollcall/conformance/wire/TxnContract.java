package dev.rollcall.conformance.wire;

import static dev.rollcall.conformance.wire.Wire.bytes;
import static dev.rollcall.conformance.wire.Wire.deleteOp;
import static dev.rollcall.conformance.wire.Wire.getOp;
import static dev.rollcall.conformance.wire.Wire.putOp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Compare;
import dev.rollcall.etcd.proto.Compare.CompareResult;
import dev.rollcall.etcd.proto.Compare.CompareTarget;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import io.grpc.Status.Code;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions. */
abstract class TxnContract extends Contract {

    private boolean holds(Compare.Builder compare) {
        return wire().kv()
                .txn(TxnRequest.newBuilder().addCompare(compare).build())
                .getSucceeded();
    }

    private static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
    }

    @Test
    void aMissingKeyCountsAsZeroButHasNoValueAtAll() {
        assertThat(holds(compare("/no", CompareTarget.CREATE, CompareResult.EQUAL)
                        .setCreateRevision(0)))
                .isTrue();
        assertThat(holds(compare("/no", CompareTarget.VERSION, CompareResult.EQUAL)
                        .setVersion(0)))
                .isTrue();
        assertThat(holds(compare("/no", CompareTarget.MOD, CompareResult.LESS).setModRevision(1)))
                .isTrue();
        assertThat(holds(
                        compare("/no", CompareTarget.LEASE, CompareResult.EQUAL).setLease(0)))
                .isTrue();
        assertThat(holds(compare("/no", CompareTarget.VALUE, CompareResult.NOT_EQUAL)
                        .setValue(bytes("x"))))
                .isFalse();
        assertThat(holds(
                        compare("/no", CompareTarget.VALUE, CompareResult.EQUAL).setValue(bytes(""))))
                .isFalse();
    }

    @Test
    void everyTargetComparesAnExistingKey() {
        long lease = wire().grant(60);
        long revision = wire().put("/k", "b", lease).getHeader().getRevision();
        assertThat(holds(
                        compare("/k", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(revision)))
                .isTrue();
        assertThat(holds(compare("/k", CompareTarget.MOD, CompareResult.GREATER).setModRevision(revision - 1)))
                .isTrue();
        assertThat(holds(compare("/k", CompareTarget.VERSION, CompareResult.NOT_EQUAL)
                        .setVersion(2)))
                .isTrue();
        assertThat(holds(compare("/k", CompareTarget.VALUE, CompareResult.GREATER)
                        .setValue(bytes("a"))))
                .isTrue();
        assertThat(holds(compare("/k", CompareTarget.VALUE, CompareResult.LESS).setValue(bytes("a"))))
                .isFalse();
        assertThat(holds(compare("/k", CompareTarget.LEASE, CompareResult.EQUAL).setLease(lease)))
                .isTrue();
    }

    @Test
    void aConditionOverARangeMustHoldForEachKey() {
        wire().put("/r/1", "x");
        wire().put("/r/2", "y");
        Compare.Builder all =
                compare("/r/", CompareTarget.VALUE, CompareResult.EQUAL).setRangeEnd(Wire.prefixEnd("/r/"));
        assertThat(holds(all.setValue(bytes("x")))).isFalse();
        wire().put("/r/2", "x");
        assertThat(holds(all)).isTrue();
        assertThat(holds(all.setKey(bytes("/empty/")).setRangeEnd(Wire.prefixEnd("/empty/"))))
                .isFalse();
    }

    @Test
    void theTakenBranchIsOneRevisionAndLaterOpsSeeEarlierOnes() {
        long before = wire().revision();
        TxnResponse done = wire().kv()
                .txn(TxnRequest.newBuilder()
                        .addSuccess(putOp("/t/1", "a"))
                        .addSuccess(getOp("/t/1"))
                        .addSuccess(putOp("/t/2", "b"))
                        .addFailure(putOp("/t/3", "c"))
                        .build());
        assertThat(done.getSucceeded()).isTrue();
        assertThat(done.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(done.getResponsesCount()).isEqualTo(3);
        assertThat(done.getResponses(1).getResponseRange().getKvs(0).getModRevision())
                .isEqualTo(before + 1);
        assertThat(done.getResponses(0).getResponsePut().getHeader().getRevision())
                .isEqualTo(before + 1);
        assertThat(done.getResponses(0).getResponsePut().getHeader().getClusterId())
                .isZero();
        assertThat(wire().get("/t/3").getKvsCount()).isZero();
    }

    @Test
    void aTransactionThatChangesNothingIsNoRevision() {
        long before = wire().revision();
        assertThat(wire().kv().txn(TxnRequest.getDefaultInstance()).getHeader().getRevision())
                .isEqualTo(before);
        TxnResponse missed = wire().kv()
                .txn(TxnRequest.newBuilder().addSuccess(deleteOp("/none", "")).build());
        assertThat(missed.getHeader().getRevision()).isEqualTo(before);
    }

    @Test
    void nestedTransactionsJudgeTheStateBeforeAll() {
        TxnRequest inner = TxnRequest.newBuilder()
                .addCompare(
                        compare("/n", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(0))
                .addSuccess(putOp("/n/inner", "then"))
                .addFailure(putOp("/n/inner", "else"))
                .build();
        TxnResponse done = wire().kv()
                .txn(TxnRequest.newBuilder()
                        .addSuccess(putOp("/n", "x"))
                        .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
                        .build());
        assertThat(done.getResponses(1).getResponseTxn().getSucceeded()).isTrue();
        assertThat(wire().get("/n/inner").getKvs(0).getValue().toStringUtf8()).isEqualTo("then");
    }

    @Test
    void twoPutsOfOneKeyInABranchAreRefused() {
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request",
                () -> wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(putOp("/a", "1"))
                                .addSuccess(putOp("/a", "2"))
                                .build()));
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: duplicate key given in txn request",
                () -> wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addFailure(deleteOp("/a", "/b"))
                                .addFailure(putOp("/a/x", "2"))
                                .build()));
        assertThat(wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(putOp("/a", "1"))
                                .addFailure(putOp("/a", "2"))
                                .build())
                        .getSucceeded())
                .isTrue();
    }

    @Test
    void moreThan128OperationsAreRefused() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        IntStream.range(0, 128).forEach(i -> txn.addSuccess(putOp("/m/" + i, "")));
        assertThat(wire().kv().txn(txn.build()).getSucceeded()).isTrue();
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: too many operations in txn request",
                () -> wire().kv().txn(txn.addSuccess(putOp("/m/128", "")).build()));
    }

    @Test
    void aBranchThatCannotBeDoneChangesNothing() {
        refused(
                Code.NOT_FOUND,
                "etcdserver: requested lease not found",
                () -> wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(putOp("/x", "1"))
                                .addSuccess(RequestOp.newBuilder()
                                        .setRequestPut(
                                                Wire.putRequest("/y", "2").setLease(4711)))
                                .build()));
        assertThat(wire().get("/x").getKvsCount()).isZero();
        refused(
                Code.INVALID_ARGUMENT,
                "etcdserver: key not found",
                () -> wire().kv()
                        .txn(TxnRequest.newBuilder()
                                .addSuccess(RequestOp.getDefaultInstance())
                                .build()));
    }
}
