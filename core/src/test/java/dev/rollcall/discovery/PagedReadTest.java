package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PagedReadTest {

    private static final KeyRange RANGE = KeyRange.prefix("a/");
    private static final int MEBIBYTE = 1 << 20;

    private final Store store = new Store(7, 2);
    private final List<Long> limits = new ArrayList<>();
    private long mostBytes = Long.MAX_VALUE;

    private void fill(int keys, int valueBytes) {
        for (int i = 0; i < keys; i++) {
            store.put(String.format("a/%05d", i), "x".repeat(valueBytes), 11);
        }
    }

    /** Answers as a store does whose connection takes so many bytes in a message. */
    private CompletionStage<GetResult> read(Get get) {
        limits.add(get.limit());
        List<KeyValue> left = new ArrayList<>();
        for (KeyValue kv : store.list()) {
            if (kv.key().compareTo(get.range().from()) >= 0) {
                left.add(kv);
            }
        }
        List<KeyValue> page = left.subList(0, (int) Math.min(left.size(), get.limit()));
        long bytes = page.stream().mapToLong(kv -> kv.value().size()).sum();
        if (bytes > mostBytes) {
            return CompletableFuture.failedFuture(new EtcdException(EtcdError.TOO_LARGE, "too large"));
        }
        return CompletableFuture.completedFuture(new GetResult(
                store.header(), page, page.size() < left.size(), store.list().size()));
    }

    private List<Bytes> recalled() {
        ViewAction.Recall recall = new ViewAction.Recall(1, store.revision, 0);
        PagedRead.Pages pages =
                PagedRead.at(this::read, RANGE, recall).toCompletableFuture().join();
        assertThat(pages.count()).isEqualTo(store.list().size());
        return pages.kvs().stream().map(KeyValue::key).toList();
    }

    private List<Bytes> keys() {
        return store.list().stream().map(KeyValue::key).toList();
    }

    @Test
    void whereValuesAreReadThePageIsSmallAtFirstAndThenAsLargeAsTheyAllow() {
        fill(3_000, 100);

        assertThat(recalled()).isEqualTo(keys());
        assertThat(limits).startsWith(100L, 2_000L);
    }

    @Test
    void aPageThatIsTooLargeIsHalvedUntilItFits() {
        fill(12, MEBIBYTE / 4);
        mostBytes = MEBIBYTE;

        assertThat(recalled()).isEqualTo(keys());
        assertThat(limits).startsWith(100L, 50L, 25L, 12L, 6L, 3L).hasSizeLessThan(11);
    }

    @Test
    void aSingleKeyThatIsTooLargeIsAnError() {
        fill(1, 2);
        mostBytes = 1;
        ViewAction.Recall recall = new ViewAction.Recall(1, store.revision, 0);

        assertThat(PagedRead.at(this::read, RANGE, recall).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(limits).endsWith(1L).hasSize(7);
    }
}
