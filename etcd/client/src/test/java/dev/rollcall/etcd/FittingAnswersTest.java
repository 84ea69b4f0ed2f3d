package dev.rollcall.etcd;

import static dev.rollcall.etcd.WatchMessages.created;
import static dev.rollcall.etcd.WatchMessages.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers that look odd and that a real etcd gives: none of them may be refused. */
class FittingAnswersTest {

    private static final Get LIST = Get.prefix("/d/");
    private static final KeyValue A = kv("/d/a", 5);
    private static final KeyValue B = kv("/d/b", 6);
    private static final KeyValue C = kv("/d/c", 4);
    private static final LeaseId LEASE = new LeaseId(7);

    private static KeyValue kv(String key, long revision) {
        return new KeyValue(Bytes.utf8(key), Bytes.EMPTY, 2, revision, 3, LeaseId.NONE);
    }

    private static GetResult found(long revision, boolean more, long count, KeyValue... kvs) {
        return new GetResult(header(revision), List.of(kvs), more, count);
    }

    private static void passes(Get get, GetResult answer) {
        assertThat(Fit.of(get, answer)).isSameAs(answer);
    }

    @Test
    void aCountHasNoKeys() {
        passes(LIST.counting(), found(9, false, 5));
        passes(LIST.counting().limit(2), found(9, false, 5));
        passes(LIST.counting(), found(9, false, 0));
    }

    @Test
    void keysComeWithoutValues() {
        passes(LIST.withoutValues(), found(9, false, 2, A, B));
        passes(LIST.withoutValues().limit(2), found(9, true, 3, A, B));
    }

    @Test
    void keysComeInTheOrderThatWasAskedFor() {
        passes(LIST.sortedBy(Get.SortTarget.KEY, Get.SortOrder.DESCEND), found(9, false, 3, C, B, A));
        passes(LIST.sortedBy(Get.SortTarget.KEY, Get.SortOrder.ASCEND), found(9, false, 3, A, B, C));
        passes(LIST.sortedBy(Get.SortTarget.MOD, Get.SortOrder.ASCEND), found(9, false, 3, C, A, B));
        passes(LIST.sortedBy(Get.SortTarget.KEY, Get.SortOrder.DESCEND).limit(2), found(9, true, 3, C, B));
    }

    @Test
    void ofWhatIsFilteredAllAreCounted() {
        passes(LIST.modifiedBetween(5, 0), found(9, false, 40, A, B));
        passes(LIST.modifiedBetween(5, 0).limit(1), found(9, true, 40, A));
        passes(LIST.modifiedBetween(5, 0).limit(2), found(9, false, 40, A, B));
        passes(LIST.createdBetween(0, 3).limit(5), found(9, false, 40, A, B));
        passes(LIST.modifiedBetween(50, 0), found(99, false, 40));
    }

    @Test
    void aMemberMayBeBehindAndThePastIsOlderThanNow() {
        passes(LIST.asSerializable(), found(6, false, 2, A, B));
        passes(LIST.asSerializable(), found(1, false, 0));
        passes(LIST.atRevision(6), found(2_000, false, 2, A, B));
        passes(LIST.atRevision(6).asSerializable(), found(6, false, 2, A, B));
    }

    @Test
    void transactionsNestAndAnswerNothingWhereNothingWasAsked() {
        Txn inner = Txn.when(Compare.modRevision(A.key(), Compare.Relation.EQUAL, 5))
                .then(Put.of("/d/a", "1"))
                .otherwise(Get.key("/d/a"));
        Txn outer = new Txn(List.of(), List.of(inner, inner, Delete.key("/d/z")), List.of());
        TxnResult done = new TxnResult(header(9), true, List.of(new PutResult(header(0), Optional.empty())));
        TxnResult refused = new TxnResult(header(0), false, List.of(found(0, false, 1, A)));
        TxnResult answer =
                new TxnResult(header(9), true, List.of(done, refused, new DeleteResult(header(0), 0, List.of())));

        assertThat(Fit.of(outer, answer, false)).isSameAs(answer);
        Txn onlyIf = Txn.when(Compare.modRevision(A.key(), Compare.Relation.EQUAL, 5))
                .then(Put.of("/d/a", "1"));
        TxnResult nothing = new TxnResult(header(9), false, List.of());
        assertThat(Fit.of(onlyIf, nothing, false)).isSameAs(nothing);
    }

    @Test
    void aLeaseMayBeAsLongAsTheLongestElectionMakesIt() {
        LeaseGrant longer = new LeaseGrant(header(9), LEASE, Duration.ofSeconds(75));

        assertThat(Fit.of(3, longer)).isSameAs(longer);
        assertThat(Fit.of(75, longer)).isSameAs(longer);
    }

    @Test
    void aLeaseMayBeInItsLastSecondOrGone() {
        LeaseTimeToLive last =
                new LeaseTimeToLive(header(9), LEASE, true, Duration.ZERO, Duration.ofSeconds(3), List.of());
        LeaseTimeToLive gone = new LeaseTimeToLive(header(9), LEASE, false, Duration.ZERO, Duration.ZERO, List.of());

        assertThat(Fit.of(LEASE, last, 0)).isSameAs(last);
        assertThat(Fit.of(LEASE, gone, -1)).isSameAs(gone);
    }

    private static WatchMessage deletion() {
        KeyValue gone = new KeyValue(Bytes.utf8("/d/a"), Bytes.EMPTY, 0, 12, 0, LeaseId.NONE);
        return WatchMessages.events(1, 20, new WatchEvent(WatchEvent.Type.DELETE, gone, Optional.empty()));
    }

    @Test
    void newsThatARealStoreTells() {
        Map<String, WatchMessage> all = Map.of(
                "a part", WatchMessages.part(1, 20, WatchMessages.put("/d/a", 11), WatchMessages.put("/d/b", 11)),
                "the last part", WatchMessages.events(1, 20, WatchMessages.put("/d/c", 11)),
                "an empty last part", WatchMessages.events(1, 20),
                "a compaction, without a revision", WatchMessages.compacted(1, 50),
                "a cancellation", WatchMessages.cancelled(1, "etcdserver: permission denied"),
                "a deletion", deletion(),
                "progress", WatchMessages.progress(1, 20));
        all.forEach((what, news) -> {
            WatchRoster<String> roster = new WatchRoster<>();
            roster.owner(created(roster.ask("w"), 20));

            assertThat(roster.misfit(news)).as(what).isNull();
            assertThat(roster.owner(news)).as(what).isEqualTo("w");
            assertThat(Fit.misfit(KeyRange.prefix("/d/"), news)).as(what).isNull();
        });
    }

    @Test
    void aRefusedCreationComesUnderNoIdOrUnderItsOwn() {
        WatchRoster<String> roster = new WatchRoster<>();
        roster.ask("a");
        long own = roster.ask("b");
        WatchMessage byItsOwn = new WatchMessage(header(0), own, true, true, 0, "no", false, List.of(), 10);
        for (WatchMessage refusal : List.of(byItsOwn, WatchMessages.refused("no"))) {
            assertThat(roster.misfit(refusal)).isNull();
            assertThat(Fit.misfit(KeyRange.prefix("/d/"), refusal)).isNull();
            assertThatCode(() -> roster.owner(refusal)).doesNotThrowAnyException();
        }
        assertThat(roster.mayAsk()).isTrue();
    }

    @Test
    void aWatchOfAYoungStoreIsCreatedAtItsFirstRevision() {
        assertThat(Fit.misfit(KeyRange.prefix("/d/"), created(1, 1))).isNull();
    }
}
