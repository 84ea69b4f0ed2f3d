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
 * Reads a range page by page at the revision of its first page.
 *
 * <p>If that revision is compacted away meanwhile, it begins again; a page that proves too large for a message is asked for again by halves. It
 * gives up when the whole takes longer than {@link #PATIENCE}.
 */
final class PagedList {

    /** How long a whole list may take; each page has a call's own deadline besides. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Small enough that 1.5 MiB values stay below what a connection takes in one message. */
    private static final long FIRST_PAGE = 100;

    private static final long MAX_PAGE = 10_000;

    /** A page that is larger than a connection takes is halved at most so often; from the first page on that is down to one key. */
    private static final int MAX_HALVINGS = 7;

    /** For each page the store counts the keys of the whole range. */
    private static final long WANTED_PAGE_BYTES = 2 << 20;

    private final Function<Get, CompletionStage<GetResult>> read;
    private final LongSupplier clock;
    private final KeyRange range;
    private final long startedAt;
    private final CompletableFuture<GetResult> result = new CompletableFuture<>();
    private final List<KeyValue> found = new ArrayList<>();
    private @Nullable Header header;
    private Get asked;
    private long page = FIRST_PAGE;
    private long most = MAX_PAGE;
    private int halvings;

    PagedList(Function<Get, CompletionStage<GetResult>> read, LongSupplier clock, KeyRange range) {
        this.read = read;
        this.clock = clock;
        this.range = range;
        this.startedAt = clock.getAsLong();
        this.asked = Get.range(range);
    }

    CompletableFuture<GetResult> begin() {
        next(Get.range(range));
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
        Header first = header == null ? answer.header() : header;
        header = first;
        found.addAll(answer.kvs());
        if (!answer.more() || answer.kvs().isEmpty()) {
            result.complete(new GetResult(first, found, false, found.size()));
            return;
        }
        if (clock.getAsLong() - startedAt >= PATIENCE.toNanos()) {
            result.completeExceptionally(Errors.late("list of " + range, false));
            return;
        }
        page = Math.min(most, nextPage(answer.kvs()));
        Bytes last = answer.kvs().get(answer.kvs().size() - 1).key();
        Bytes end = range.isSingle() ? Bytes.EMPTY : range.end();
        next(Get.range(new KeyRange(last.successor(), end)).atRevision(first.revision()));
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
        boolean inTime = clock.getAsLong() - startedAt < PATIENCE.toNanos();
        if (code == EtcdError.COMPACTED && inTime) {
            found.clear();
            header = null;
            next(Get.range(range));
        } else if (code == EtcdError.TOO_LARGE && page > 1 && halvings < MAX_HALVINGS && inTime) {
            halvings++;
            page /= 2;
            most = page;
            next(asked);
        } else {
            result.completeExceptionally(cause);
        }
    }
}
