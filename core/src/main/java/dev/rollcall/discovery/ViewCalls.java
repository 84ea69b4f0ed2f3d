package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.internal.Backoff;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The questions of a view about its range, each answered by an event. */
final class ViewCalls {

    private static final Duration AWAY = Duration.ofSeconds(1);

    private final KeyRange range;
    private final Wiring wiring;

    ViewCalls(KeyRange range, Wiring wiring) {
        this.range = range;
        this.wiring = wiring;
    }

    CompletionStage<ViewEvent.Listed> list(ViewAction.ReadAll read) {
        return wiring.client()
                .kv()
                .listAsync(range)
                .thenApply(list -> new ViewEvent.Listed(read.ticket(), list.header(), list.kvs(), null));
    }

    CompletionStage<ViewEvent.Past> recall(ViewAction.Recall recall) {
        Get then = Get.range(range).atRevision(recall.revision()).modifiedBetween(recall.since(), 0);
        return wiring.client().kv().listAsync(then).handle((list, failure) -> {
            if (failure == null) {
                return new ViewEvent.Recalled(recall, list.header(), list.kvs(), list.count());
            }
            EtcdError code = unwrap(failure) instanceof EtcdException e ? e.code() : EtcdError.INTERNAL;
            if (code == EtcdError.COMPACTED || code == EtcdError.FUTURE_REVISION) {
                return new ViewEvent.NotRecalled(recall.ticket(), code == EtcdError.COMPACTED);
            }
            throw new CompletionException(unwrap(failure));
        });
    }

    CompletionStage<ViewEvent> clusters(ViewAction.AskClusters question) {
        return ClusterQuestion.ask(wiring, question);
    }

    CompletionStage<ViewEvent> audit(ViewAction.Audit audit) {
        Get changed = Get.range(range).modifiedBetween(audit.after() + 1, 0).withoutValues();
        return wiring.client()
                .kv()
                .listAsync(changed)
                .thenApply(list -> new ViewEvent.Audited(audit.ticket(), list.header(), list.kvs(), list.count()));
    }

    /** How to wait after a failure: up to 1 s apart where nobody answers, longer where the store says no until somebody changes something. */
    static Backoff patience(Backoff backoff, Throwable failure, Duration refused) {
        Duration most = isRefusal(failure) ? refused : AWAY;
        return new Backoff(backoff.firstNanos(), most.toNanos(), backoff.attempt());
    }

    /** Whether the store said no, and will until somebody changes something. */
    static boolean isRefusal(Throwable failure) {
        return unwrap(failure) instanceof EtcdException e
                && switch (e.code()) {
                    case INVALID_ARGUMENT, TOO_LARGE, NO_SPACE, CORRUPT -> true;
                    case PERMISSION_DENIED, UNAUTHENTICATED, AUTH_NOT_ENABLED, TLS, UNSUPPORTED_SERVER -> true;
                    default -> false;
                };
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
