package dev.rollcall.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.Get.SortOrder;
import dev.rollcall.etcd.Get.SortTarget;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every option of a read. The store holds {@code a}, {@code b}, {@code c}, in this order of keys and of no other. */
abstract class ReadContract extends ClientContract {

    private static final Get ALL = Get.prefix("/r/");

    private long createdB;
    private long createdA;
    private long createdC;
    private long changedA;

    /** Values c < a < b; versions b 1, c 2, a 3; created b, a, c; last changed b, c, a. */
    @BeforeEach
    void fill() {
        createdB = put("/r/b", "3");
        createdA = put("/r/a", "0");
        createdC = put("/r/c", "0");
        put("/r/a", "0");
        put("/r/c", "1");
        changedA = put("/r/a", "2");
    }

    @Test
    void aLimitCutsAndSaysSo() {
        GetResult two = kv().get(ALL.limit(2));
        assertThat(keys(two)).containsExactly("/r/a", "/r/b");
        assertThat(two.more()).isTrue();
        assertThat(two.count()).isEqualTo(3);
        GetResult three = kv().get(ALL.limit(3));
        assertThat(three.more()).isFalse();
        assertThat(three.kvs()).hasSize(3);
    }

    @Test
    void countingLeavesKeysOutAndKeysOnlyTheValues() {
        GetResult counted = kv().get(ALL.counting());
        assertThat(counted.count()).isEqualTo(3);
        assertThat(counted.kvs()).isEmpty();
        GetResult bare = kv().get(ALL.withoutValues());
        assertThat(keys(bare)).containsExactly("/r/a", "/r/b", "/r/c");
        assertThat(bare.kvs()).allMatch(kv -> kv.value().isEmpty());
        assertThat(bare.kvs()).extracting(KeyValue::version).containsExactly(3L, 1L, 2L);
    }

    @Test
    void everySortTargetAndOrderIsObeyed() {
        sorted(SortTarget.KEY, "/r/a", "/r/b", "/r/c");
        sorted(SortTarget.VERSION, "/r/b", "/r/c", "/r/a");
        sorted(SortTarget.CREATE, "/r/b", "/r/a", "/r/c");
        sorted(SortTarget.MOD, "/r/b", "/r/c", "/r/a");
        sorted(SortTarget.VALUE, "/r/c", "/r/a", "/r/b");
    }

    private void sorted(SortTarget target, String first, String second, String third) {
        assertThat(keys(kv().get(ALL.sortedBy(target, SortOrder.ASCEND))))
                .as("ascending by %s", target)
                .containsExactly(first, second, third);
        assertThat(keys(kv().get(ALL.sortedBy(target, SortOrder.DESCEND))))
                .as("descending by %s", target)
                .containsExactly(third, second, first);
        assertThat(keys(kv().get(ALL.sortedBy(target, SortOrder.DESCEND).limit(1))))
                .as("the largest by %s", target)
                .containsExactly(third);
    }

    @Test
    void revisionBoundsIncludeTheirEnds() {
        assertThat(keys(kv().get(ALL.modifiedBetween(changedA, changedA)))).containsExactly("/r/a");
        assertThat(kv().get(ALL.modifiedBetween(changedA, changedA)).count()).isEqualTo(3);
        assertThat(kv().get(ALL.modifiedBetween(changedA, 0).withoutValues().limit(1))
                        .count())
                .isEqualTo(3);
        assertThat(keys(kv().get(ALL.modifiedBetween(0, changedA - 1)))).containsExactly("/r/b", "/r/c");
        assertThat(keys(kv().get(ALL.modifiedBetween(changedA - 1, 0)))).containsExactly("/r/a", "/r/c");
        assertThat(keys(kv().get(ALL.createdBetween(createdA, createdC)))).containsExactly("/r/a", "/r/c");
        assertThat(keys(kv().get(ALL.createdBetween(0, createdB)))).containsExactly("/r/b");
        assertThat(kv().get(ALL.createdBetween(createdC + 1, 0)).kvs()).isEmpty();
    }

    @Test
    void theStateOfAnOlderRevisionIsRead() {
        GetResult then = kv().get(ALL.atRevision(createdA));
        assertThat(keys(then)).containsExactly("/r/a", "/r/b");
        assertThat(then.kvs()).extracting(KeyValue::version).containsExactly(1L, 1L);
        assertThat(then.header().revision()).isEqualTo(changedA);
    }

    @Test
    void aSerializableReadIsAnsweredToo() {
        assertThat(keys(kv().get(ALL.asSerializable()))).containsExactly("/r/a", "/r/b", "/r/c");
    }

    @Test
    void rangesAreHalfOpen() {
        put("/s", "after");
        assertThat(keys(kv().get(Get.range(new KeyRange(bytes("/r/a"), bytes("/r/c"))))))
                .containsExactly("/r/a", "/r/b");
        assertThat(keys(kv().get(Get.range(KeyRange.from(bytes("/r/b")))))).containsExactly("/r/b", "/r/c", "/s");
        assertThat(keys(kv().get(Get.range(KeyRange.all())))).containsExactly("/r/a", "/r/b", "/r/c", "/s");
        assertThat(keys(kv().get(Get.range(new KeyRange(bytes("/r/c"), bytes("/r/a"))))))
                .isEmpty();
    }

    @Test
    void anAnswerNamesItsStore() {
        GetResult first = kv().get(ALL);
        GetResult second = kv().get(Get.key("/missing"));
        assertThat(first.header().clusterId())
                .isNotZero()
                .isEqualTo(second.header().clusterId());
        assertThat(first.header().memberId())
                .isNotZero()
                .isEqualTo(second.header().memberId());
        assertThat(first.header().raftTerm()).isPositive();
        assertThat(second.header().revision()).isEqualTo(changedA);
    }
}
