package dev.rollcall.discovery;

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

/** Reads a range page by page. */
final class PagedRead {

    private static final int PAGE = 2_000;

    private final Kv kv;
    private final Get get;
    private final List<KeyValue> found = new ArrayList<>();

    private PagedRead(Kv kv, Get get) {
        this.kv = kv;
        this.get = get;
    }

    /** What was found, with the header of the first page, and the number of all keys of the range, also of those that were not asked for. */
    record Pages(Header header, List<KeyValue> kvs, long count) {}

    /** A range, or what of it was changed since a revision, as it was at one revision. */
    static CompletionStage<Pages> at(Kv kv, KeyRange range, ViewAction.Recall recall) {
        Get get = Get.range(range)
                .atRevision(recall.revision())
                .modifiedBetween(recall.since(), 0)
                .limit(PAGE);
        return read(kv, recall.withValues() ? get : get.withoutValues(), false);
    }

    /** The keys that were changed after a revision, without their values, as they are at the revision of the first page. */
    static CompletionStage<Pages> changedAfter(Kv kv, KeyRange range, long revision) {
        Get get = Get.range(range).modifiedBetween(revision + 1, 0).limit(PAGE).withoutValues();
        return read(kv, get, true);
    }

    /** The keys of a range, without their values, page by page; pages may be of different revisions. */
    static CompletionStage<Pages> keys(Kv kv, KeyRange range) {
        return read(kv, Get.range(range).limit(PAGE).withoutValues(), false);
    }

    private static CompletionStage<Pages> read(Kv kv, Get get, boolean pinned) {
        return kv.getAsync(get).thenCompose(first -> {
            PagedRead read =
                    new PagedRead(kv, pinned ? get.atRevision(first.header().revision()) : get);
            return read.rest(first).thenApply(all -> new Pages(first.header(), all, first.count()));
        });
    }

    private CompletionStage<List<KeyValue>> rest(GetResult page) {
        found.addAll(page.kvs());
        if (!page.more() || page.kvs().isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        KeyValue last = page.kvs().get(page.kvs().size() - 1);
        KeyRange range = new KeyRange(last.key().successor(), get.range().end());
        return kv.getAsync(get.withRange(range)).thenCompose(this::rest);
    }
}
