package dev.rollcall.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does a read page by page, at its revision or else that of its first page.
 *
 * <p>If the revision of the first page is compacted away meanwhile, it begins again; a page that proves too large for a message is asked for again by
 * halves. It gives up when the whole takes longer than {@link #PATIENCE}.
 */
final class PagedList {

    /** How long a whole list may take; each page has a call's own deadline besides. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Small enough that 1.5 MiB values stay below what a connection takes in one message. */
    private static final long FIRST_PAGE = 100;

    /** As above, of keys without values. */
    private static final long FIRST_KEYS = 2_000;

    private static final long MAX_PAGE = 10_000;

    /** For each page the store counts the keys of the whole range. */
    private static final long WANTED_PAGE_BYTES = 2 << 20;

    private final Function<Get, CompletionStage<GetResult>> read;
    private final LongSupplier clock;
    private final Get whole;
    private final long startedAt;
    private final CompletableFuture<GetResult> result = new CompletableFuture<>();
    private final List<KeyValue> found = new ArrayList<>();
    private @Nullable GetResult first;
    private Get asked;
    private long page;
    private long most = MAX_PAGE;

    PagedList(Function<Get, CompletionStage<GetResult>> read, LongSupplier clock, Get whole) {
        boolean sorted = whole.sortOrder() != Get.SortOrder.NONE || whole.sortTarget() != Get.SortTarget.KEY;
        // Pages of members that lag behind each other would not fit together.
        if (whole.limit() != 0 || sorted || whole.serializable()) {
            throw new IllegalArgumentException("a list of " + whole.range()
                    + " has neither a limit nor an order, and is not serializable: use get");
        }
        this.read = read;
        this.clock = clock;
        this.whole = whole;
        this.startedAt = clock.getAsLong();
        this.asked = whole;
        this.page = whole.keysOnly() ? FIRST_KEYS : FIRST_PAGE;
    }

    CompletableFuture<GetResult> begin() {
        next(whole);
        return result;
    }

    private void next(Get get) {
        asked = get;
        read.apply(get.limit(page)).whenComplete((answer, failure) -> {
            if (answer != null) {
                page(answer);
            } else {
                failed(failure);
            }
        });
    }

    private void page(GetResult answer) {
        GetResult begun = first == null ? answer : first;
        first = begun;
        found.addAll(answer.kvs());
        if (!answer.more() || answer.kvs().isEmpty()) {
            result.complete(new GetResult(begun.header(), found, false, begun.count()));
            return;
        }
        if (isLate()) {
            result.completeExceptionally(Errors.late("list of " + whole.range(), false));
            return;
        }
        page = Math.min(most, nextPage(answer.kvs()));
        Bytes last = answer.kvs().get(answer.kvs().size() - 1).key();
        KeyRange range = whole.range();
        Bytes end = range.isSingle() ? Bytes.EMPTY : range.end();
        long revision = whole.revision() > 0 ? whole.revision() : begun.header().revision();
        next(whole.withRange(new KeyRange(last.successor(), end)).atRevision(revision));
    }

    /** As many keys as fill about two mebibytes, judged by the last page. */
    private static long nextPage(List<KeyValue> kvs) {
        long bytes = 1;
        for (KeyValue kv : kvs) {
            bytes += kv.key().size() + kv.value().size() + 32;
        }
        return Math.max(1, WANTED_PAGE_BYTES * kvs.size() / bytes);
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        EtcdError code = cause instanceof EtcdException e ? e.code() : EtcdError.INTERNAL;
        if (code == EtcdError.COMPACTED && whole.revision() == 0 && !isLate()) {
            found.clear();
            first = null;
            next(whole);
        } else if (code == EtcdError.TOO_LARGE && page > 1 && !isLate()) {
            page /= 2;
            most = page;
            next(asked);
        } else {
            result.completeExceptionally(cause);
        }
    }

    private boolean isLate() {
        return clock.getAsLong() - startedAt >= PATIENCE.toNanos();
    }
}
