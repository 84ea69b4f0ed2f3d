package dev.rollcall.etcd.server.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.lease.LeaseTable;
import dev.rollcall.etcd.server.machine.Compare.Result;
import dev.rollcall.etcd.server.machine.Compare.Target;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.Commit;
import dev.rollcall.etcd.server.mvcc.KeyRange;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import dev.rollcall.etcd.server.mvcc.RangeQuery;
import dev.rollcall.etcd.server.mvcc.RangeQuery.Filter;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortOrder;
import dev.rollcall.etcd.server.mvcc.RangeQuery.SortTarget;
import dev.rollcall.etcd.server.mvcc.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {
    private static final long SECOND = 1_000_000_000L;

    private final Machine machine = new Machine();

    @ParameterizedTest
    @CsvSource({
        // key: a exists with value 5, created at 2, changed at 3, lease 7; b does not
        "a, VERSION, EQUAL,     2, true",
        "a, VERSION, NOT_EQUAL, 2, false",
        "a, CREATE,  EQUAL,     2, true",
        "a, CREATE,  GREATER,   1, true",
        "a, MOD,     LESS,      4, true",
        "a, MOD,     LESS,      3, false",
        "a, LEASE,   EQUAL,     7, true",
        "a, UNKNOWN, EQUAL,     9, true",
        "a, UNKNOWN, NOT_EQUAL, 9, false",
        "a, MOD,     UNKNOWN,   9, true",
        "b, VERSION, EQUAL,     0, true",
        "b, CREATE,  EQUAL,     0, true",
        "b, CREATE,  GREATER,   0, false",
        "b, MOD,     LESS,      1, true",
        "b, LEASE,   EQUAL,     0, true",
    })
    void comparesNumbersWithZeroForAMissingKey(String key, Target target, Result result, long number, boolean holds) {
        machine.apply(new Command.Grant(7, 60), 0);
        run(put("a", "1", 0));
        run(put("a", "5", 7));
        Compare compare = new Compare(KeyRange.single(Bytes.utf8(key)), target, result, number, Bytes.EMPTY);
        assertThat(txn(List.of(compare), List.of(), List.of()).succeeded()).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "a, '', EQUAL, 5, true",
        "a, '', LESS, 6, true",
        "a, '', GREATER, '', true",
        "e, '', EQUAL, '', true",
        "x, '', EQUAL, '', false",
        "x, '', NOT_EQUAL, 5, false",
        "x, '', LESS, 5, false",
        "a, c, EQUAL, 5, true",
        "a, z, EQUAL, 5, false",
        "x, z, EQUAL, 5, false",
        "c, a, NOT_EQUAL, 5, false",
        "'\0', '\0', LESS, 6, true",
    })
    void comparesValuesAndAMissingKeyComparesWithNothing(
            String key, String end, Result result, String value, boolean holds) {
        run(put("a", "5", 0));
        run(put("b", "5", 0));
        run(put("e", "", 0));
        Compare compare =
                new Compare(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)), Target.VALUE, result, 0, Bytes.utf8(value));
        assertThat(txn(List.of(compare), List.of(), List.of()).succeeded()).isEqualTo(holds);
    }

    @Test
    void anEmptyTransactionSucceedsAndChangesNothing() {
        Outcome.Txn txn = txn(List.of(), List.of(), List.of());
        assertThat(txn.succeeded()).isTrue();
        assertThat(txn.revision()).isEqualTo(1);
    }

    @Test
    void laterOperationsSeeEarlierOnesAndHeadersTellTheRevisionSoFar() {
        run(put("b", "0", 0));
        Outcome.Txn txn = txn(
                List.of(),
                List.of(delete("x", ""), range("a", "z"), put("a", "1", 0), delete("x", ""), range("a", "z")),
                List.of());
        assertThat(txn.revision()).isEqualTo(3);
        assertThat(txn.outcomes()).extracting(Outcome::revision).containsExactly(2L, 2L, 3L, 3L, 3L);
        assertThat(((Outcome.Range) txn.outcomes().get(1)).result().count()).isEqualTo(1);
        assertThat(((Outcome.Range) txn.outcomes().get(4)).result().count()).isEqualTo(2);
    }

    @Test
    void nestedComparesSeeTheStateBeforeTheWholeTransaction() {
        Compare absent = new Compare(KeyRange.single(Bytes.utf8("a")), Target.CREATE, Result.EQUAL, 0, Bytes.EMPTY);
        Op nested = new Op.Txn(List.of(absent), List.of(put("b", "was absent", 0)), List.of());
        Outcome.Txn txn = txn(List.of(), List.of(put("a", "1", 0), nested), List.of());
        assertThat(((Outcome.Txn) txn.outcomes().get(1)).succeeded()).isTrue();
        assertThat(value("b")).isEqualTo("was absent");
    }

    @Test
    void onlyTheTakenBranchIsCheckedAndThenNothingIsAppliedAtAll() {
        Op bad = put("b", "1", 99);
        assertThat(txn(List.of(), List.of(put("a", "1", 0)), List.of(bad)).succeeded())
                .isTrue();
        assertRefused(new Op.Txn(List.of(), List.of(put("c", "1", 0), bad), List.of()), "lease not found");
        assertThat(machine.store().revision()).isEqualTo(2);
        Op keep = new Op.Put(Bytes.utf8("new"), Bytes.EMPTY, 0, false, true, false);
        assertRefused(new Op.Txn(List.of(), List.of(put("c", "1", 0), keep), List.of()), "key not found");
        Op future = new Op.Range(pinned("a", 3));
        assertRefused(new Op.Txn(List.of(), List.of(put("c", "1", 0), future), List.of()), "future revision");
        machine.apply(new Command.Compact(2), 0);
        assertRefused(new Op.Txn(List.of(), List.of(new Op.Range(pinned("a", 1))), List.of()), "compacted");
        // Outside of transactions a negative revision is the current one; inside etcd takes it at its word.
        assertRefused(new Op.Txn(List.of(), List.of(new Op.Range(pinned("a", -1))), List.of()), "compacted");
        assertThat(machine.store().revision()).isEqualTo(2);
    }

    @Test
    void aPutKeepsWhatItIsToldToIgnore() {
        machine.apply(new Command.Grant(7, 60), 0);
        run(put("a", "1", 7));
        run(new Op.Put(Bytes.utf8("a"), Bytes.EMPTY, 0, false, true, true));
        KeyValue kv = machine.store().at(Bytes.utf8("a"), 3);
        assertThat(kv).isEqualTo(new KeyValue(Bytes.utf8("a"), Bytes.utf8("1"), 2, 3, 2, 7));
        Outcome.Put put = (Outcome.Put) run(new Op.Put(Bytes.utf8("a"), Bytes.utf8("2"), 0, true, false, false));
        assertThat(put.previous()).isEqualTo(kv);
        assertThat(left(7, 0).keys()).isEmpty();
    }

    @Test
    void emptyKeysAndContradictoryPutsAreRefused() {
        assertInvalid(put("", "1", 0), "key is not provided");
        assertInvalid(range("", "z"), "key is not provided");
        assertInvalid(delete("", "z"), "key is not provided");
        assertInvalid(new Op.Put(Bytes.utf8("a"), Bytes.utf8("1"), 0, false, true, false), "value is provided");
        assertInvalid(new Op.Put(Bytes.utf8("a"), Bytes.EMPTY, 1, false, false, true), "lease is provided");
        assertInvalid(branch(new Op.Unset()), "key not found");
        assertInvalid(new Op.Txn(List.of(), List.of(), List.of(put("", "", 0))), "key is not provided");
        Compare empty = new Compare(KeyRange.single(Bytes.EMPTY), Target.MOD, Result.EQUAL, 0, Bytes.EMPTY);
        assertInvalid(new Op.Txn(List.of(empty), List.of(), List.of()), "key is not provided");
    }

    @Test
    void theNumberOfOperationsIsAMaximumWithABudgetForNestedOnes() {
        List<Op> many = Collections.nCopies(128, range("a", ""));
        Machine.check(new Op.Txn(List.of(), many, many));
        assertInvalid(
                new Op.Txn(List.of(), Collections.nCopies(129, range("a", "")), List.of()), "too many operations");
        List<Op> full = Collections.nCopies(126, range("a", ""));
        Machine.check(branch(concat(full, branch(range("a", "")))));
        assertInvalid(branch(concat(full, branch(range("a", ""), range("a", "")))), "too many operations");
    }

    @Test
    void noKeyIsPutTwiceOrPutAndDeletedInOneBranch() {
        String duplicate = "duplicate key given in txn request";
        assertInvalid(branch(put("a", "1", 0), put("a", "2", 0)), duplicate);
        assertInvalid(branch(put("b", "1", 0), delete("a", "c")), duplicate);
        assertInvalid(branch(delete("a", "c"), put("b", "1", 0)), duplicate);
        assertInvalid(branch(delete("b", ""), put("b", "1", 0)), duplicate);
        assertInvalid(branch(delete("a", "c"), delete("b", "e"), put("d", "1", 0)), duplicate);
        assertInvalid(new Op.Txn(List.of(), List.of(), List.of(put("a", "", 0), put("a", "", 0))), duplicate);
        assertInvalid(branch(put("a", "1", 0), branch(put("a", "2", 0))), duplicate);
        assertInvalid(branch(branch(put("a", "1", 0)), branch(put("a", "2", 0))), duplicate);
        assertInvalid(branch(branch(delete("k", "")), branch(put("k", "", 0))), duplicate);
        assertInvalid(branch(delete("k", ""), branch(put("k", "", 0))), duplicate);

        Machine.check(branch(delete("a", "c"), delete("b", "d"), put("d", "1", 0), put("e", "1", 0)));
        Machine.check(new Op.Txn(List.of(), List.of(put("a", "", 0)), List.of(put("a", "", 0))));
        Machine.check(branch(new Op.Txn(List.of(), List.of(put("a", "", 0)), List.of(put("a", "", 0)))));
        Machine.check(branch(range("a", "z"), put("b", "", 0)));
    }

    @Test
    void etcdsLoopholesInThatRuleAreKept() {
        Machine.check(branch(branch(put("k", "", 0)), branch(delete("k", ""))));
        Op open = branch(put("q1", "1", 0), delete("q", "\0"));
        Machine.check(open);
        Applied applied = machine.apply(new Command.Execute(open), 0);
        assertThat(applied.commits()).hasSize(1);
        assertThat(applied.commits().get(0).changes())
                .extracting(KeyValue::isTombstone)
                .containsExactly(false, true);
    }

    @Test
    void everyLeaseThatEndsIsARevisionOfItsOwnWithSortedKeys() {
        machine.apply(new Command.Grant(1, 5), 0);
        machine.apply(new Command.Grant(2, 4), 0);
        machine.apply(new Command.Grant(3, 4), 0);
        run(put("b", "", 1));
        run(put("a", "", 1));
        run(put("c", "", 2));
        assertThat(machine.apply(new Command.Expire(), 4 * SECOND - 1).commits())
                .isEmpty();
        List<Commit> commits = machine.apply(new Command.Expire(), 5 * SECOND).commits();
        assertThat(commits).extracting(Commit::revision).containsExactly(5L, 6L);
        assertThat(commits.get(1).changes())
                .extracting(KeyValue::key)
                .containsExactly(Bytes.utf8("a"), Bytes.utf8("b"));
        assertThat(machine.leases().size()).isZero();
    }

    @Test
    void aRevokedLeaseTakesOnlyItsOwnKeysAlong() {
        machine.apply(new Command.Grant(1, 60), 0);
        machine.apply(new Command.Grant(2, 60), 0);
        run(put("a", "", 1));
        run(put("b", "", 1));
        run(put("c", "", 1));
        run(put("b", "", 2));
        run(put("c", "", 0));
        assertThat(machine.apply(new Command.Revoke(1), 0).outcome().revision()).isEqualTo(7);
        assertThat(machine.store().at(Bytes.utf8("a"), 7)).isNull();
        assertThat(machine.store().at(Bytes.utf8("b"), 7)).isNotNull();
        assertThat(machine.store().at(Bytes.utf8("c"), 7)).isNotNull();
        run(delete("b", ""));
        assertThat(machine.apply(new Command.Revoke(2), 0).outcome().revision()).isEqualTo(8);
        assertThatThrownBy(() -> machine.apply(new Command.Revoke(2), 0))
                .hasMessage("etcdserver: requested lease not found");
    }

    @Test
    void aRenewalThatComesTooLateEndsTheLeaseThere() {
        machine.apply(new Command.Grant(1, 5), 0);
        run(put("a", "", 1));
        Applied applied = machine.apply(new Command.Renew(1), 5 * SECOND);
        assertThat(applied.outcome()).isEqualTo(new Outcome.Lease(2, 1, 0));
        assertThat(applied.commits()).hasSize(1);
        assertThat(machine.leases().exists(1)).isFalse();
        machine.apply(new Command.Grant(1, 5), 5 * SECOND);
        assertThat(machine.leases().exists(1)).isTrue();
    }

    @Test
    void aRestartIsANewTermAndAThawIsNot() {
        machine.apply(new Command.Grant(1, 5), 0);
        machine.apply(new Command.Thaw(), 4 * SECOND);
        assertThat(machine.term()).isEqualTo(2);
        assertThat(left(1, 4 * SECOND).seconds()).isEqualTo(5);
        machine.apply(new Command.Restart(), 4 * SECOND);
        assertThat(machine.term()).isEqualTo(3);
        assertThat(left(1, 4 * SECOND).seconds()).isEqualTo(6);
    }

    @Test
    void theIdsAreThoseOfEtcd() {
        Identity identity = Identity.of("http://localhost:2380", "etcd-cluster");
        assertThat(Long.toHexString(identity.memberId())).isEqualTo("8e9e05c52164694d");
        assertThat(Long.toHexString(identity.clusterId())).isEqualTo("cdf818194e3a8c32");
        RequestIds ids = new RequestIds(identity.memberId(), 1_700_000_000_000L);
        long first = ids.next();
        assertThat(first).isPositive();
        assertThat(ids.next()).isGreaterThan(first);
    }

    private LeaseTable.Remaining left(long id, long now) {
        return Objects.requireNonNull(machine.leases().remaining(id, now));
    }

    private Outcome run(Op op) {
        Machine.check(op);
        return machine.apply(new Command.Execute(op), 0).outcome();
    }

    private Outcome.Txn txn(List<Compare> compares, List<Op> success, List<Op> failure) {
        return (Outcome.Txn) run(new Op.Txn(compares, success, failure));
    }

    private String value(String key) {
        KeyValue kv = machine.store().at(Bytes.utf8(key), machine.store().revision());
        return kv == null ? "" : kv.value().toString();
    }

    private void assertRefused(Op op, String text) {
        assertThatThrownBy(() -> run(op)).isInstanceOf(Refusal.class).hasMessageContaining(text);
    }

    private static void assertInvalid(Op op, String text) {
        assertThatThrownBy(() -> Machine.check(op))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("etcdserver: ")
                .hasMessageContaining(text);
    }

    private static Op branch(Op... ops) {
        return new Op.Txn(List.of(), List.of(ops), List.of());
    }

    private static Op branch(List<Op> ops) {
        return new Op.Txn(List.of(), ops, List.of());
    }

    private static List<Op> concat(List<Op> ops, Op last) {
        List<Op> all = new java.util.ArrayList<>(ops);
        all.add(last);
        return all;
    }

    private static Op put(String key, String value, long lease) {
        return new Op.Put(Bytes.utf8(key), Bytes.utf8(value), lease, false, false, false);
    }

    private static Op delete(String key, String end) {
        return new Op.DeleteRange(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end)), false);
    }

    private static Op range(String key, String end) {
        return new Op.Range(RangeQuery.current(KeyRange.of(Bytes.utf8(key), Bytes.utf8(end))));
    }

    private static RangeQuery pinned(String key, long revision) {
        KeyRange range = KeyRange.single(Bytes.utf8(key));
        return new RangeQuery(range, 0, revision, SortOrder.NONE, SortTarget.KEY, false, false, Filter.NONE);
    }
}
