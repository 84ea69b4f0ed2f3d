package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.GetResult;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Kv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads a range page by page; a page that proves too large for a message is asked for again by halves. */
final class PagedRead {

    private static final int MOST_KEYS = 2_000;

    /** Small enough that 1.5 MiB values stay below what a connection takes in one message. */
    private static final int FIRST_WITH_VALUES = 100;

    private static final long WANTED_BYTES = 1 << 20;

    private final Reader reader;
    private final boolean withValues;
    private final List<KeyValue> found = new ArrayList<>();
    private int most = MOST_KEYS;
    private int page;

    /** Asks the store, as {@link Kv#getAsync} does. */
    @FunctionalInterface
    interface Reader {
        CompletionStage<GetResult> read(Get get);
    }

    private PagedRead(Reader reader, boolean withValues) {
        this.reader = reader;
        this.withValues = withValues;
        this.page = withValues ? FIRST_WITH_VALUES : MOST_KEYS;
    }

    /** What was found, with the header of the first page, and the number of all keys of the range, also of those that were not asked for. */
    record Pages(Header header, List<KeyValue> kvs, long count) {}

    /** A range, or what of it was changed since a revision, with the values, as it was at one revision. */
    static CompletionStage<Pages> at(Reader reader, KeyRange range, ViewAction.Recall recall) {
        Get get = Get.range(range).atRevision(recall.revision()).modifiedBetween(recall.since(), 0);
        return new PagedRead(reader, true).all(get, false);
    }

    /** The keys that were changed after a revision, without their values, as they are at the revision of the first page. */
    static CompletionStage<Pages> changedAfter(Reader reader, KeyRange range, long revision) {
        Get get = Get.range(range).modifiedBetween(revision + 1, 0).withoutValues();
        return new PagedRead(reader, false).all(get, true);
    }

    /** The keys of a range, without their values, page by page; pages may be of different revisions. */
    static CompletionStage<Pages> keys(Reader reader, KeyRange range) {
        return new PagedRead(reader, false).all(Get.range(range).withoutValues(), false);
    }

    private CompletionStage<Pages> all(Get get, boolean pinned) {
        return one(get).thenCompose(first -> {
            Get next = pinned ? get.atRevision(first.header().revision()) : get;
            return rest(next, first).thenApply(all -> new Pages(first.header(), all, first.count()));
        });
    }

    private CompletionStage<List<KeyValue>> rest(Get get, GetResult answer) {
        found.addAll(answer.kvs());
        if (!answer.more() || answer.kvs().isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        if (withValues) {
            page = nextPage(answer.kvs());
        }
        KeyValue last = answer.kvs().get(answer.kvs().size() - 1);
        KeyRange range = new KeyRange(last.key().successor(), get.range().end());
        return one(get.withRange(range)).thenCompose(next -> rest(get, next));
    }

    private CompletionStage<GetResult> one(Get get) {
        return reader.read(get.limit(page))
                .handle((answer, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    Throwable cause = ViewCalls.unwrap(failure);
                    if (page > 1 && cause instanceof EtcdException e && e.code() == EtcdError.TOO_LARGE) {
                        page /= 2;
                        most = page;
                        return one(get);
                    }
                    return CompletableFuture.<GetResult>failedFuture(cause);
                })
                .thenCompose(stage -> stage);
    }

    /** As many keys as fill about a mebibyte, judged by the last page. */
    private int nextPage(List<KeyValue> kvs) {
        long bytes = 1;
        for (KeyValue kv : kvs) {
            bytes += kv.key().size() + kv.value().size() + 32;
        }
        return (int) Math.min(most, Math.max(1, WANTED_BYTES * kvs.size() / bytes));
    }
}
