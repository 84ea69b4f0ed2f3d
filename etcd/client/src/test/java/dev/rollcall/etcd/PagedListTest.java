package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A store of 300 keys, which can answer so many keys at once. */
class PagedListTest {

    private static final Header HEADER = new Header(1, 1, 50, 1);

    private final List<Get> asked = new ArrayList<>();
    private long room = Long.MAX_VALUE;

    private CompletableFuture<GetResult> list() {
        return new PagedList(this::read, () -> 0, KeyRange.prefix("/k/")).begin();
    }

    private CompletionStage<GetResult> read(Get get) {
        asked.add(get);
        if (get.limit() > room) {
            return CompletableFuture.failedFuture(new EtcdException(EtcdError.TOO_LARGE, "larger than a message"));
        }
        List<KeyValue> found = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Bytes key = Bytes.utf8("/k/" + (1000 + i));
            if (key.compareTo(get.range().from()) >= 0) {
                found.add(new KeyValue(key, Bytes.EMPTY, 1, 1, 1, LeaseId.NONE));
            }
        }
        int most = (int) Math.min(found.size(), get.limit());
        return CompletableFuture.completedFuture(
                new GetResult(HEADER, found.subList(0, most), most < found.size(), found.size()));
    }

    @Test
    void aPageThatIsTooLargeIsAskedForByHalves() {
        room = 30;
        assertThat(list()).isCompletedWithValueMatching(all -> all.kvs().size() == 300);
        assertThat(asked).extracting(Get::limit).startsWith(100L, 50L, 25L, 25L).endsWith(25L);
        assertThat(asked.get(1).range()).isEqualTo(asked.get(0).range());
    }

    @Test
    void aPageIsHalvedAFewTimesOnly() {
        room = 0;
        assertThat(list())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.TOO_LARGE));
        assertThat(asked).extracting(Get::limit).containsExactly(100L, 50L, 25L, 12L, 6L, 3L, 1L);
    }

    @Test
    void aLaterPageIsHalvedAtTheRevisionOfTheFirst() {
        room = 100;
        assertThat(list()).isCompletedWithValueMatching(all -> all.kvs().size() == 300);
        assertThat(asked.subList(1, asked.size())).extracting(Get::revision).containsOnly(50L);
    }
}
