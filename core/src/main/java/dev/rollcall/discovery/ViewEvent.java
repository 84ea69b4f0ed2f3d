package dev.rollcall.discovery;

import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.WatchBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to a view. Answers carry the ticket of the {@link ViewAction} that asked. */
sealed interface ViewEvent {

    /** The view begins. */
    record Started() implements ViewEvent {}

    /** What was last kept on disk, to begin with. */
    record Seeded(DiskView view) implements ViewEvent {}

    /**
     * The whole range, read at the header's revision.
     *
     * @param past what was answered then to the question for the past, if there was one
     */
    record Listed(
            long ticket,
            Header header,
            List<KeyValue> kvs,
            @Nullable Past past) implements ViewEvent {

        /** With what was read of the past after it. */
        Listed with(Past answer) {
            return new Listed(ticket, header, kvs, answer);
        }
    }

    /** An answer to a question for the past. */
    sealed interface Past extends ViewEvent {}

    /** The range, or the asked part of it, as it was at the view's revision, and the number of all its keys then; the header tells of now. */
    record Recalled(ViewAction.Recall asked, Header header, List<KeyValue> kvs, long count) implements Past {}

    /** The store does not know the view's revision: forgotten, or not reached yet. */
    record NotRecalled(long ticket, boolean compacted) implements Past {}

    /** Whether some endpoint still answers with the cluster id of before. */
    record ClusterAnswered(long ticket, boolean oldOneLives) implements ViewEvent {}

    /** The store has taken the watch on. */
    record Created(Header header, boolean resumed) implements ViewEvent {}

    /** Changes. */
    record Changed(WatchBatch batch) implements ViewEvent {}

    /** The store lives, and has nothing new. */
    record Progress(Header header) implements ViewEvent {}

    /** The stream broke. */
    record Interrupted() implements ViewEvent {}

    /** The watch's position was compacted away. */
    record Compacted() implements ViewEvent {}

    /** The store's revision fell, confirmed by a read. */
    record WentBack(Header header) implements ViewEvent {}

    /** The watch ended by an error. */
    record WatchEnded() implements ViewEvent {}

    /** It is time for an audit. */
    record AuditDue() implements ViewEvent {}

    /** The keys changed after the revision that is verified, and the number of all, read at the header's revision. */
    record Audited(long ticket, Header header, List<KeyValue> changed, long count) implements ViewEvent {}

    /** The audit was not answered. */
    record NotAudited(long ticket) implements ViewEvent {}

    /** Nothing but time passed. */
    record Tick() implements ViewEvent {}
}
