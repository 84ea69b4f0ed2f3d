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

/** Reads a range page by page as it was at one revision. */
final class PagedRead {

    private static final int PAGE = 2_000;

    private final Kv kv;
    private final Get get;
    private final List<KeyValue> found = new ArrayList<>();

    private PagedRead(Kv kv, Get get) {
        this.kv = kv;
        this.get = get;
    }

    /** A range at a revision, with the header of the first page. */
    record Pages(Header header, List<KeyValue> kvs) {}

    static CompletionStage<Pages> at(Kv kv, KeyRange range, long revision, boolean withValues) {
        Get get = Get.range(range).atRevision(revision).limit(PAGE);
        return read(kv, withValues ? get : get.withoutValues());
    }

    /** The keys of a range, without their values, page by page; pages may be of different revisions. */
    static CompletionStage<Pages> keys(Kv kv, KeyRange range) {
        return read(kv, Get.range(range).limit(PAGE).withoutValues());
    }

    private static CompletionStage<Pages> read(Kv kv, Get get) {
        PagedRead read = new PagedRead(kv, get);
        return kv.getAsync(get).thenCompose(first -> read.rest(first).thenApply(all -> new Pages(first.header(), all)));
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
