package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A store of some keys, which can answer so many of them, or so many bytes, at once, and which has forgotten what was before a revision. */
class PagedListTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Get ALL = Get.prefix("/k/");

    private final List<Get> asked = new ArrayList<>();
    private int keys = 300;
    private Bytes value = Bytes.EMPTY;
    private long roomForKeys = Long.MAX_VALUE;
    private long roomForBytes = Long.MAX_VALUE;
    private long revision = 50;
    private long compacted;
    private long now;

    private CompletableFuture<GetResult> list(Get get) {
        return new PagedList(this::read, () -> now, get).begin();
    }

    private CompletionStage<GetResult> read(Get get) {
        asked.add(get);
        if (get.revision() != 0 && get.revision() < compacted) {
            return CompletableFuture.failedFuture(new EtcdException(EtcdError.COMPACTED, "forgotten"));
        }
        List<KeyValue> found = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            Bytes key = Bytes.utf8("/k/" + (10_000 + i));
            if (key.compareTo(get.range().from()) >= 0) {
                found.add(new KeyValue(key, get.keysOnly() ? Bytes.EMPTY : value, 1, 1, 1, LeaseId.NONE));
            }
        }
        int most = (int) Math.min(found.size(), get.limit());
        if (get.limit() > roomForKeys || (long) most * value.size() > roomForBytes) {
            return CompletableFuture.failedFuture(new EtcdException(EtcdError.TOO_LARGE, "larger than a message"));
        }
        return CompletableFuture.completedFuture(new GetResult(
                new Header(1, 1, revision, 1), found.subList(0, most), most < found.size(), found.size()));
    }

    private static void assertAll(CompletableFuture<GetResult> list, int keys) {
        assertThat(list).isCompletedWithValueMatching(all -> all.kvs().size() == keys && all.count() == keys);
        assertThat(list.join().kvs()).extracting(KeyValue::key).isSorted().doesNotHaveDuplicates();
    }

    private static void assertFails(CompletableFuture<GetResult> list, EtcdError error) {
        assertThat(list)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(error));
    }

    @Test
    void aPageThatIsTooLargeIsAskedForByHalves() {
        roomForKeys = 30;
        assertAll(list(ALL), 300);
        assertThat(asked).extracting(Get::limit).startsWith(100L, 50L, 25L, 25L).endsWith(25L);
        assertThat(asked.get(1).range()).isEqualTo(asked.get(0).range());
    }

    @Test
    void aPageIsHalvedDownToOneKey() {
        roomForKeys = 0;
        assertFails(list(ALL), EtcdError.TOO_LARGE);
        assertThat(asked).extracting(Get::limit).containsExactly(100L, 50L, 25L, 12L, 6L, 3L, 1L);
    }

    @Test
    void aLaterPageIsHalvedAtTheRevisionOfTheFirst() {
        roomForKeys = 100;
        assertAll(list(ALL), 300);
        assertThat(asked.subList(1, asked.size())).extracting(Get::revision).containsOnly(50L);
    }

    @Test
    void theFirstPageIsSmallAndLaterOnesAsLargeAsValuesAllow() {
        keys = 30_000;
        value = Bytes.utf8("x".repeat(100));
        assertAll(list(ALL), 30_000);
        assertThat(asked).extracting(Get::limit).startsWith(100L, 10_000L);

        asked.clear();
        keys = 12;
        value = Bytes.utf8("x".repeat(MEBIBYTE / 4));
        roomForBytes = MEBIBYTE;
        assertAll(list(ALL), 12);
        assertThat(asked)
                .extracting(Get::limit)
                .startsWith(100L, 50L, 25L, 12L, 6L, 3L)
                .hasSizeLessThan(11);
    }

    @Test
    void withoutValuesTheFirstPageIsALargeOne() {
        keys = 12_000;
        assertAll(list(ALL.withoutValues()), 12_000);
        assertThat(asked).extracting(Get::limit).containsExactly(2_000L, 10_000L);
        assertThat(asked).extracting(Get::keysOnly).containsOnly(true);
    }

    @Test
    void eachPageAsksForWhatTheReadAsksFor() {
        assertAll(list(ALL.modifiedBetween(7, 0).atRevision(40)), 300);
        assertThat(asked).hasSizeGreaterThan(1);
        assertThat(asked).extracting(Get::minModRevision).containsOnly(7L);
        assertThat(asked).extracting(Get::revision).containsOnly(40L);
    }

    @Test
    void aListThatACompactionOvertakesBeginsAgain() {
        CompletableFuture<GetResult> list = new PagedList(
                        get -> {
                            if (asked.size() == 1) {
                                revision = 60;
                                compacted = 60;
                            }
                            return read(get);
                        },
                        () -> now,
                        ALL)
                .begin();
        assertAll(list, 300);
        assertThat(list.join().header().revision()).isEqualTo(60);
        assertThat(asked).extracting(Get::revision).containsExactly(0L, 50L, 0L);
    }

    @Test
    void aRevisionThatIsForgottenIsAnErrorToWhoNamesIt() {
        compacted = 45;
        assertFails(list(ALL.atRevision(40)), EtcdError.COMPACTED);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aListHasNeitherALimitNorAnOrderNorMembersThatLagBehind() {
        assertThatThrownBy(() -> list(ALL.limit(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/k/")
                .hasMessageContaining("use get");
        for (Get other : List.of(
                ALL.sortedBy(Get.SortTarget.KEY, Get.SortOrder.DESCEND),
                ALL.sortedBy(Get.SortTarget.MOD, Get.SortOrder.NONE),
                ALL.asSerializable())) {
            assertThatThrownBy(() -> list(other)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aListThatTakesLongerThanAMinuteFails() {
        CompletableFuture<GetResult> list = new PagedList(
                        get -> {
                            now += 60_000_000_000L;
                            return read(get);
                        },
                        () -> now,
                        ALL)
                .begin();
        assertFails(list, EtcdError.TIMEOUT);
        assertThat(asked).hasSize(1);
    }
}
