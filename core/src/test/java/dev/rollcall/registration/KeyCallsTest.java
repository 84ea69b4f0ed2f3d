package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Compare;
import dev.rollcall.etcd.Delete;
import dev.rollcall.etcd.DeleteResult;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.Kv;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.OpResult;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.PutResult;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.TxnResult;
import dev.rollcall.internal.SerialExecutor;
import dev.rollcall.internal.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class KeyCallsTest {

    private static final LeaseId A = new LeaseId(1);
    private static final LeaseId B = new LeaseId(2);
    private static final Header HEADER = new Header(1, 1, 42, 1);
    private static final TxnResult ONE_EXISTS = new TxnResult(HEADER, false, List.of());

    private final List<Runnable> tasks = new ArrayList<>();
    private final SerialExecutor serial = new SerialExecutor(tasks::add, 10_000);
    private final RecordingKv kv = new RecordingKv();
    private final KeyCalls calls = new KeyCalls(kv, serial, new Trouble(TimeSource.system()));
    private final List<KeyAnswer> answers = new ArrayList<>();

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove(0).run();
        }
    }

    private void put(String key, int size, LeaseId lease) {
        Bytes value = Bytes.utf8("v".repeat(size));
        calls.make(KeyCall.put(Bytes.utf8(key), new ClaimAction.Put(Standing.NOTHING, value, lease), answers::add));
    }

    private void putAgain(String key, LeaseId lease) {
        Standing known = Standing.of(7, lease, Bytes.EMPTY);
        calls.make(KeyCall.put(Bytes.utf8(key), new ClaimAction.Put(known, Bytes.utf8("v"), lease), answers::add));
    }

    @Test
    void callsOfOneTurnTravelTogether() {
        for (int i = 0; i < 100; i++) {
            putAgain("k" + i, A);
        }
        run();

        assertThat(kv.sent).singleElement().satisfies(txn -> {
            assertThat(txn.conditions()).isEmpty();
            assertThat(txn.then()).hasSize(100).allMatch(Txn.class::isInstance);
        });
    }

    @Test
    void newKeysArePutAsOne() {
        put("a", 1, A);
        put("b", 1, A);
        run();

        assertThat(kv.sent).singleElement().satisfies(txn -> {
            assertThat(txn.conditions())
                    .containsExactly(Compare.absent(Bytes.utf8("a")), Compare.absent(Bytes.utf8("b")));
            assertThat(txn.then()).hasSize(2).allMatch(Put.class::isInstance);
        });
        kv.answerAll();
        run();
        assertThat(answers).containsExactly(new KeyAnswer.Done(42), new KeyAnswer.Done(42));
    }

    @Test
    void whereOneKeyExistsEachIsTriedByItself() {
        put("new", 1, A);
        put("taken", 1, A);
        run();

        kv.answer(0, ONE_EXISTS);
        run();
        assertThat(kv.sent.get(1).then()).hasSize(2).allMatch(Txn.class::isInstance);
        GetResult nothing = new GetResult(HEADER, List.of(), false, 0);
        kv.answer(1, new TxnResult(HEADER, true, List.of(done(), new TxnResult(HEADER, false, List.of(nothing)))));
        run();

        assertThat(answers).containsExactly(new KeyAnswer.Done(42), new KeyAnswer.Shown(42, null));
    }

    @Test
    void newKeysWhoseFateIsUnknownAreNotTriedByThemselves() {
        put("a", 1, A);
        put("b", 1, A);
        run();

        kv.fail(0, EtcdError.OUTCOME_UNKNOWN);
        run();

        assertThat(kv.sent).hasSize(1);
        assertThat(answers).hasSize(2).allMatch(KeyAnswer.Refused.class::isInstance);
    }

    @Test
    void whereOneKeyExistsWhatWaitsIsNotTriedAsOneAnyMore() {
        for (int i = 0; i < 1_000; i++) {
            put("k" + i, 10, A);
        }
        run();
        assertThat(kv.sent).hasSize(4).allMatch(KeyCallsTest::isAsOne);

        for (int i = 0; i < kv.sent.size(); i++) {
            kv.answer(i, isAsOne(kv.sent.get(i)) ? ONE_EXISTS : kv.done(i));
            run();
        }

        assertThat(kv.sent).hasSize(14);
        assertThat(kv.sent.stream().filter(KeyCallsTest::isAsOne)).hasSize(4);
        assertThat(answers).hasSize(1_000).containsOnly(new KeyAnswer.Done(42));
        put("later", 1, A);
        put("later too", 1, A);
        run();
        assertThat(kv.sent.get(14)).matches(KeyCallsTest::isAsOne);
    }

    private static boolean isAsOne(Txn txn) {
        return !txn.conditions().isEmpty();
    }

    @Test
    void whatIsTriedByItselfAfterwardsFailsAsEver() {
        for (EtcdError code : List.of(EtcdError.OUTCOME_UNKNOWN, EtcdError.LEASE_NOT_FOUND)) {
            int before = kv.sent.size();
            answers.clear();
            put("a", 1, A);
            put("b", 1, A);
            run();
            kv.answer(before, ONE_EXISTS);
            run();

            kv.fail(before + 1, code);
            run();

            assertThat(kv.sent).hasSize(before + 2);
            assertThat(answers)
                    .hasSize(2)
                    .allSatisfy(answer -> assertThat(
                                    ((KeyAnswer.Refused) answer).error().code())
                            .isEqualTo(code));
        }
    }

    @Test
    void whatIsTriedByItselfAndForbiddenIsFound() {
        put("a", 1, A);
        put("forbidden", 1, A);
        run();
        kv.answer(0, ONE_EXISTS);
        run();

        kv.fail(1, EtcdError.PERMISSION_DENIED);
        run();
        kv.answer(2, kv.done(2));
        kv.fail(3, EtcdError.PERMISSION_DENIED);
        run();

        assertThat(answers).hasSize(2);
        assertThat(answers.get(0)).isEqualTo(new KeyAnswer.Done(42));
        assertThat(answers.get(1)).isInstanceOf(KeyAnswer.Refused.class);
    }

    @Test
    void whatIsRefusedAfterItWasDroppedIsNotSentAgain() {
        put("a", 1, A);
        put("b", 1, A);
        run();
        calls.drop();

        kv.answer(0, ONE_EXISTS);
        run();

        assertThat(kv.sent).hasSize(1);
        assertThat(answers).isEmpty();
    }

    @Test
    void deletionsOfWhatMustNotExistAreNoNewKeys() {
        for (String key : List.of("a", "b")) {
            calls.make(KeyCall.delete(Bytes.utf8(key), Standing.NOTHING, answers::add));
        }
        run();

        assertThat(kv.sent)
                .singleElement()
                .satisfies(txn -> assertThat(txn.then()).hasSize(2).allMatch(Txn.class::isInstance));
    }

    @Test
    void noBatchIsLargerThanTheStoreTakes() {
        for (int i = 0; i < 30; i++) {
            put("k" + i, 60 * 1024, A);
        }
        run();
        kv.answerAll();
        run();

        assertThat(kv.sent).allSatisfy(txn -> assertThat(txn.then()).hasSizeLessThanOrEqualTo(8));
        assertThat(kv.sent.stream().mapToInt(txn -> txn.then().size()).sum()).isEqualTo(30);
    }

    @Test
    void putsUnderTwoLeasesTravelApart() {
        put("a", 1, A);
        put("b", 1, A);
        put("c", 1, B);
        put("d", 1, B);
        run();

        assertThat(kv.sent).hasSize(2).allSatisfy(txn -> assertThat(txn.then()).hasSize(2));
    }

    @Test
    void noMoreThanFourBatchesAreUnderWay() {
        for (int i = 0; i < 1_000; i++) {
            put("k" + i, 10, A);
        }
        run();
        assertThat(kv.sent).hasSize(4);

        kv.answerAll();
        run();
        assertThat(kv.sent).hasSizeGreaterThan(4);
    }

    @Test
    void eachCallIsToldWhatBecameOfIt() {
        put("done", 1, A);
        put("taken", 1, A);
        calls.make(KeyCall.read(Bytes.utf8("read"), answers::add));
        run();

        GetResult nothing = new GetResult(HEADER, List.of(), false, 0);
        kv.answer(
                0,
                new TxnResult(HEADER, true, List.of(done(), new TxnResult(HEADER, false, List.of(nothing)), nothing)));
        run();

        assertThat(answers)
                .containsExactly(new KeyAnswer.Done(42), new KeyAnswer.Shown(42, null), new KeyAnswer.Shown(42, null));
    }

    private static TxnResult done() {
        return new TxnResult(HEADER, true, List.of(new PutResult(HEADER, Optional.empty())));
    }

    @Test
    void aCallThatFailsItsBatchFailsAlone() {
        put("good", 1, A);
        put("forbidden", 1, A);
        run();

        kv.fail(0, EtcdError.PERMISSION_DENIED);
        run();
        kv.answer(1, done());
        kv.fail(2, EtcdError.PERMISSION_DENIED);
        run();

        assertThat(answers).hasSize(2);
        assertThat(answers.get(0)).isEqualTo(new KeyAnswer.Done(42));
        assertThat(answers.get(1)).isInstanceOf(KeyAnswer.Refused.class);
    }

    @Test
    void oneBadCallAmongAHundredIsFoundInAFewRequests() {
        for (int i = 0; i < 100; i++) {
            put(i == 42 ? "forbidden" : "k" + i, 10, A);
        }
        run();

        for (int i = 0; i < kv.sent.size(); i++) {
            if (kv.sent.get(i).toString().contains("forbidden")) {
                kv.fail(i, EtcdError.PERMISSION_DENIED);
            } else {
                kv.answer(i, kv.done(i));
            }
            run();
        }

        assertThat(answers).hasSize(100);
        assertThat(answers.stream().filter(KeyAnswer.Refused.class::isInstance)).hasSize(1);
        assertThat(kv.sent).hasSizeLessThan(20);
    }

    @Test
    void whereAllAreRefusedTheRequestsAreBoundedAndFewTheNextTime() {
        List<Integer> requests = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            int before = kv.sent.size();
            for (int i = 0; i < 1_000; i++) {
                put("k" + i, 10, A);
            }
            run();
            for (int i = before; i < kv.sent.size(); i++) {
                kv.fail(i, EtcdError.PERMISSION_DENIED);
                run();
            }
            requests.add(kv.sent.size() - before);
        }

        assertThat(answers).hasSize(3_000).allMatch(KeyAnswer.Refused.class::isInstance);
        assertThat(requests.get(0)).isLessThan(200);
        assertThat(requests.get(2)).isLessThanOrEqualTo(12);
    }

    @Test
    void aBatchWithoutAnAnswerIsNeverSentAgain() {
        putAgain("a", A);
        putAgain("b", A);
        run();

        kv.fail(0, EtcdError.OUTCOME_UNKNOWN);
        run();

        assertThat(kv.sent).hasSize(1);
        assertThat(answers).hasSize(2).allMatch(KeyAnswer.Refused.class::isInstance);
    }

    @Test
    void whatIsDroppedIsNotSent() {
        put("a", 1, A);
        calls.drop();
        run();

        assertThat(kv.sent).isEmpty();
    }

    /** Remembers what is asked, and answers when the test says so. */
    private static final class RecordingKv implements Kv {

        private final List<Txn> sent = new ArrayList<>();
        private final List<CompletableFuture<TxnResult>> answers = new ArrayList<>();

        void answer(int index, TxnResult result) {
            answers.get(index).complete(result);
        }

        void answerAll() {
            for (int i = 0; i < answers.size(); i++) {
                answer(i, done(i));
            }
        }

        /** Success of each operation, in the shape that was asked for. */
        TxnResult done(int index) {
            List<OpResult> results = new ArrayList<>();
            for (Op op : sent.get(index).then()) {
                results.add(op instanceof Txn ? KeyCallsTest.done() : new PutResult(HEADER, Optional.empty()));
            }
            return new TxnResult(HEADER, true, results);
        }

        void fail(int index, EtcdError code) {
            answers.get(index).completeExceptionally(new EtcdException(code, "the test says so"));
        }

        @Override
        public CompletionStage<TxnResult> txnAsync(Txn txn) {
            sent.add(txn);
            CompletableFuture<TxnResult> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer;
        }

        @Override
        public TxnResult txn(Txn txn) {
            throw notAsked();
        }

        @Override
        public GetResult get(Get get) {
            throw notAsked();
        }

        @Override
        public CompletionStage<GetResult> getAsync(Get get) {
            throw notAsked();
        }

        @Override
        public GetResult list(Get get) {
            throw notAsked();
        }

        @Override
        public CompletionStage<GetResult> listAsync(Get get) {
            throw notAsked();
        }

        @Override
        public PutResult put(Put put) {
            throw notAsked();
        }

        @Override
        public CompletionStage<PutResult> putAsync(Put put) {
            throw notAsked();
        }

        @Override
        public DeleteResult delete(Delete delete) {
            throw notAsked();
        }

        @Override
        public CompletionStage<DeleteResult> deleteAsync(Delete delete) {
            throw notAsked();
        }

        @Override
        public Header compact(long revision) {
            throw notAsked();
        }

        @Override
        public CompletionStage<Header> compactAsync(long revision) {
            throw notAsked();
        }

        private static UnsupportedOperationException notAsked() {
            return new UnsupportedOperationException("these tests never ask for this");
        }
    }
}
